#!/bin/sh
# about: disks that fill up, in steps
# goal: No disk is fuller than 80 percent.
# playbook: When disk names a step of 90 or more, find what grows and propose what to remove; remove nothing without a yes.
# looop:interval=300
disks="/ /home" # the mount points to watch, with spaces between
# shared
# shellcheck disable=SC2086 # the mount points are words
seen=$(df -P -k $disks 2>/dev/null) || [ -n "$seen" ] || fail "df says nothing about $disks"
full=$(printf '%s\n' "$seen" | awk 'NR > 1 && !known[$6]++ {
  used = $5 + 0
  step = used >= 95 ? 95 : used >= 90 ? 90 : used >= 80 ? 80 : 0
  if (step) print $6 ":" step
}')
say "{\"full\":$(printf '%s\n' "$full" | list)}" \
  "{\"used\":$(printf '%s\n' "$seen" | awk 'NR > 1 && !known[$6]++ { print $6 ":" $5 + 0 }' | list)}"
