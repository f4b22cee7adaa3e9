#!/bin/sh
# about: npm: known vulnerabilities in a project's packages
# needs: npm
# goal: The project has no package with a known vulnerability of level high or critical.
# playbook: When npm-audit counts high or critical ones, start a worker that finds the smallest update that mends them.
# looop:interval=21600
project="$HOME/code/project" # the folder with package-lock.json
# shared
need npm 'see https://nodejs.org'
cd "$project" 2>/dev/null || fail "no folder $project"
[ -f package-lock.json ] || fail "no package-lock.json in $project"
said=$(npm audit --json 2>/dev/null)
# The counts stand together at the end; names of packages stand before objects, never before numbers.
counts=$(printf '%s\n' "$said" | sed -nE 's/^ *"(low|moderate|high|critical)": ([0-9]+),?$/"\1":\2/p' |
  sort | paste -s -d , -)
[ -n "$counts" ] || fail 'npm audit says nothing: is its registry there?'
names=$(printf '%s\n' "$said" | sed -n 's/^    "\([^"]*\)": {$/\1/p' | grep -v -x -e vulnerabilities -e dependencies | sort -u)
say "{$counts}" "{\"packages\":$(printf '%s\n' "$names" | list)}"
