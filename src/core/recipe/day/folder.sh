#!/bin/sh
# about: a folder, such as an inbox: the files in it
# goal: The folder is empty, because everything in it was dealt with.
# playbook: When folder names a new file, look at its name and say what you would do with it; open nothing that may be harmful.
# looop:watch=$folder
folder="$HOME/inbox" # the folder
names="*" # which files, as a pattern
# shared
[ -d "$folder" ] || fail "no folder $folder"
files=$(find "$folder/." -maxdepth 1 -type f -name "$names" ! -name '.*' -exec ls -ld {} + 2>/dev/null |
  awk '{ size = $5; sub(/^.*\/\.\//, ""); print $0 " " size }' | sort)
count=$(printf '%s' "$files" | grep -c '')
sum=$(printf '%s\n' "$files" | cksum | cut -d ' ' -f 1)
say "{\"files\":$count,\"sum\":$sum}" "{\"name_and_size\":$(printf '%s\n' "$files" | list)}"
