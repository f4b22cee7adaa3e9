#!/bin/sh
# about: backups: whether the newest file in a folder is fresh
# goal: The newest backup is younger than its limit.
# playbook: When backup-age says stale, find out why no backup was made, and tell me the same day.
# looop:interval=1800
folder="$HOME/backups" # where the backups lie
names="*" # which files, as a pattern
hours=26 # older than so many hours is stale
# shared
[ -d "$folder" ] || fail "no folder $folder"
fresh=$(find "$folder/." -type f -name "$names" -size +0 -mmin "-$((hours * 60))" 2>/dev/null | head -n 1)
[ -n "$fresh" ] && stale=false || stale=true
newest=$(find "$folder/." -type f -name "$names" -exec ls -dt {} + 2>/dev/null | head -n 1)
say "{\"stale\":$stale}" "{\"newest\":$(text "${newest##*/}")}"
