#!/bin/sh
# about: a todo.txt list: open, urgent, due
# goal: Nothing in todo.txt is overdue, and every task with priority A is under way.
# playbook: When todo-txt names a task that is due, start a worker for it if it can be done here; otherwise remind once.
# looop:watch=$file
file="$HOME/todo.txt" # the list
# shared
[ -r "$file" ] || fail "cannot read $file"
today=$(date +%Y-%m-%d)
open=$(grep -v -e '^x ' -e '^[[:space:]]*$' "$file")
count=$(printf '%s' "$open" | grep -c '')
due=$(printf '%s\n' "$open" | awk -v today="$today" '{
  for (i = 1; i <= NF; i++) if ($i ~ /^due:[0-9-]+$/ && substr($i, 5) <= today) { print; next }
}')
say "{\"open\":$count,\"urgent\":$(printf '%s\n' "$open" | grep '^(A) ' | list),\"due\":$(printf '%s\n' "$due" | list)}" \
  "{\"first\":$(printf '%s\n' "$open" | list)}"
