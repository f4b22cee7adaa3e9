#!/bin/sh
# about: a calendar as an .ics file or address: events of two days
# needs: curl
# goal: I am prepared for every event of today and tomorrow.
# playbook: When calendar-ics names a new event, say what has to be prepared; when one moved or went away, tell me.
# looop:watch=$calendar
# looop:interval=900
calendar="$HOME/calendar.ics" # a file, or the address of an .ics
# shared
case $calendar in
  *://*)
    need curl 'install curl'
    ics=$(curl --silent --show-error --fail --location --max-time 30 -- "$calendar") || fail "cannot fetch the calendar"
    ;;
  *) ics=$(cat "$calendar" 2>/dev/null) || fail "cannot read $calendar" ;;
esac
case $ics in *BEGIN:VCALENDAR*) ;; *) fail "$calendar is no calendar" ;; esac
today=$(date +%Y%m%d)
# As GNU, BSD and busybox say it.
tomorrow=$(date -d tomorrow +%Y%m%d 2>/dev/null || date -v +1d +%Y%m%d 2>/dev/null || date -d "@$(($(date +%s) + 86400))" +%Y%m%d)
# A time with a Z is UTC, others are as written. Of a repeating event only the first day is seen: khal knows them all.
events=$(printf '%s\n' "$ics" | tr -d '\r' | awk '
  /^[ \t]/ { line = line substr($0, 2); next }
  { if (NR > 1) print line; line = $0 }
  END { print line }' | awk -v today="$today" -v tomorrow="$tomorrow" '
  function value(text) { sub(/^[^:]*:/, "", text); return text }
  /^BEGIN:VEVENT/ { start = title = state = "" }
  /^DTSTART[;:]/ { start = value($0) }
  /^SUMMARY[;:]/ { title = value($0); gsub(/\\n/, " ", title); gsub(/\\/, "", title) }
  /^STATUS:CANCELLED/ { state = " (cancelled)" }
  /^END:VEVENT/ {
    day = substr(start, 1, 8)
    if (day == today || day == tomorrow) {
      time = length(start) > 8 ? substr(start, 10, 2) ":" substr(start, 12, 2) (start ~ /Z$/ ? "Z" : "") : "all day"
      print substr(day, 1, 4) "-" substr(day, 5, 2) "-" substr(day, 7, 2) " " time " " title state
    }
  }' | sort -u)
say "{\"events\":$(printf '%s\n' "$events" | list)}" '{}'
