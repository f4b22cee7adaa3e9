#!/bin/sh
# about: Markdown notes: open boxes, - [ ] like this
# goal: Every open box in my notes is done, or has a day.
# playbook: When todo-markdown names a new task, see if it can be done here, and start a worker for it; otherwise leave it.
# looop:watch=$notes
notes="$HOME/notes" # a file, or a folder with .md files
# shared
[ -e "$notes" ] || fail "no file or folder $notes"
open=$(find "$notes" -name '.?*' -prune -o -type f -name '*.md' -exec grep -hE '^[[:space:]]*[-*+] \[ \] ' {} + |
  sed -E 's/^[[:space:]]*[-*+] \[ \] //')
say "{\"open\":$(printf '%s' "$open" | grep -c ''),\"sum\":$(printf '%s\n' "$open" | sort | cksum | cut -d ' ' -f 1)}" \
  "{\"tasks\":$(printf '%s\n' "$open" | list)}"
