#!/bin/sh
# about: an RSS or Atom feed: its newest entries
# needs: curl
# goal: I know of every entry of the feed that matters to me.
# playbook: When feed names a new entry, say in one line what it is and if it matters to one of the goals.
# looop:interval=1800
url="" # required: the address of the feed
most=10 # how many entries to look at
# shared
need curl 'install curl'
xml=$(curl --silent --show-error --fail --location --max-time 30 -- "$url") || fail "cannot fetch $url"
case $xml in *'<item'* | *'<entry'* | *'<rss'* | *'<feed'*) ;; *) fail "$url is no RSS or Atom feed" ;; esac
titles=$(printf '%s' "$xml" | tr '\n\r\t' '   ' | awk '{ gsub(/<(item|entry)[ >]/, "\n&") } 1' | awk -v most="$most" 'NR > 1 && NR <= most + 1 {
  if (!match($0, /<title[^>]*>/)) next
  text = substr($0, RSTART + RLENGTH)
  sub(/<\/title>.*/, "", text)
  gsub(/<!\[CDATA\[|\]\]>/, "", text)
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&#0?39;|&apos;/, "\047", text)
  gsub(/&amp;/, "\\&", text); gsub(/^ +| +$/, "", text)
  print text
}')
say "{\"newest\":$(printf '%s\n' "$titles" | list)}" "{\"url\":$(text "$url")}"
