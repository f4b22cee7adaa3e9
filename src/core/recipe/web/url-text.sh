#!/bin/sh
# about: a web page: whether a text is on it, and which
# needs: curl
# goal: I know when the page says what I wait for.
# playbook: When url-text finds other lines than before, tell me what changed on the page.
# looop:interval=900
url="" # required: the address
pattern="" # required: an extended regular expression, such as sold out|in stock
# shared
need curl 'install curl'
page=$(curl --silent --show-error --fail --location --max-time 30 -- "$url") || fail "cannot fetch $url"
lines=$(printf '%s\n' "$page" | tr -d '\r' | sed -e 's/<[^>]*>/ /g' | tr -s ' \t' '  ' | grep -iE -e "$pattern" | sed -e 's/^ //' -e 's/ $//')
[ -n "$lines" ] && found=true || found=false
say "{\"found\":$found,\"lines\":$(printf '%s\n' "$lines" | list)}" "{\"url\":$(text "$url")}"
