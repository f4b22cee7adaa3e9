#!/bin/sh
# about: a calendar by khal: events of two days, repeated ones too
# needs: khal
# goal: I am prepared for every event of today and tomorrow.
# playbook: When calendar-khal names a new event, say what has to be prepared; when one moved or went away, tell me.
# looop:interval=600
days=2 # how many days, today included
# shared
need khal 'install khal, then khal configure'
events=$(khal list --day-format '' --format '{start-date} {start-time} {title}' today "${days}d") || fail "khal failed"
say "{\"events\":$(printf '%s\n' "$events" | awk '!known[$0]++' | list)}" '{}'
