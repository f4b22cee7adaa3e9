#!/bin/sh
# about: npm: packages of a project that have a newer version
# needs: npm
# goal: The project's packages are at most one major version behind.
# playbook: When npm-outdated names packages, start one worker that updates them, runs the tests and reports; merge nothing.
# looop:interval=21600
project="$HOME/code/project" # the folder with package.json
# shared
need npm 'see https://nodejs.org'
cd "$project" 2>/dev/null || fail "no folder $project"
[ -f package.json ] || fail "no package.json in $project"
# It ends with 1 when something is outdated, and then prints folder:wanted:current:latest:…
said=$(npm outdated --parseable 2>/dev/null)
case $? in 0 | 1) ;; *) fail 'npm outdated failed' ;; esac
case $said in *'{'*) fail 'npm outdated printed an error' ;; esac
packages=$(printf '%s\n' "$said" | awk -F: 'NF >= 4 { print $3 " -> " $4 }' | sort -u)
[ -n "$packages" ] || npm ping >/dev/null 2>&1 || fail 'npm cannot reach its registry'
major=$(printf '%s\n' "$said" | awk -F: 'NF >= 4 {
  now = $3; sub(/^.+@/, "", now); new = $4; sub(/^.+@/, "", new)
  if (int(now) < int(new)) print $4
}' | sort -u)
say "{\"major\":$(printf '%s\n' "$major" | list),\"outdated\":$(printf '%s' "$packages" | grep -c '')}" \
  "{\"packages\":$(printf '%s\n' "$packages" | list)}"
