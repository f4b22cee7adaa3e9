#!/bin/sh
# about: Sentry: unresolved issues of a project
# needs: curl jq
# goal: No new error of the project stays without a look for a day.
# playbook: When sentry names a new issue, find the code that it comes from, and propose a fix; resolve nothing there.
# looop:interval=300
project="" # required: organisation/project
token_file="$HOME/.config/sentry/token" # a file that holds a token that may read events
site="https://sentry.io" # the address of Sentry
query="is:unresolved" # which issues count
# shared
need curl 'install curl'
need jq 'install jq'
[ -r "$token_file" ] || fail "cannot read $token_file"
answer=$(printf 'header = "Authorization: Bearer %s"\n' "$(cat "$token_file")" | curl --config - --silent --show-error --fail \
  --max-time 30 --get --data-urlencode "query=$query" --data limit=25 -- "$site/api/0/projects/$project/issues/") || fail "Sentry failed"
issues=$(printf '%s' "$answer" | jq -ce 'sort_by(.shortId)' 2>/dev/null) || fail 'Sentry: its answer is no list'
lines() { printf '%s' "$issues" | jq -r ".[] | $1" | list; }
say "{\"issues\":$(lines '"\(.shortId) \(.level)"')}" "{\"titles\":$(lines '"\(.shortId) \(.title) (\(.count) times)"')}"
