#!/bin/sh
# about: a web address: does it answer, with which status
# needs: curl
# goal: The site answers with the expected status.
# playbook: When url-status shows another status than the expected one, look at it from here, and flag the person if it lasts.
# looop:interval=120
url="" # required: the address
expected=200 # the status that is right
# shared
need curl 'install curl'
code() { curl --silent --location --max-time 20 --output /dev/null --write-out '%{http_code}' -- "$url" 2>/dev/null; }
got=$(code)
# One lost answer says little: ask once more before it counts.
[ "$got" = "$expected" ] || got=$(code)
# 000: no answer at all, which may be the network of this machine.
[ "$got" != 000 ] || fail "no answer from $url"
[ "$got" = "$expected" ] && right=true || right=false
say "{\"status\":$((got + 0)),\"right\":$right}" "{\"url\":$(text "$url")}"
