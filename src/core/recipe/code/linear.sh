#!/bin/sh
# about: Linear: open issues that are assigned to you
# needs: curl jq
# goal: Every issue in Linear that is mine has a next step, and the urgent ones are under way.
# playbook: When linear names a new issue or another state, propose a next step; change nothing in Linear without a yes.
# looop:interval=300
key_file="$HOME/.config/linear/key" # a file that holds a personal API key
api="https://api.linear.app/graphql" # the address of the API
# shared
need curl 'install curl'
need jq 'install jq'
[ -r "$key_file" ] || fail "cannot read $key_file"
# The key goes in by standard input, so that it is in no list of processes.
answer=$(printf 'header = "Authorization: %s"\n' "$(cat "$key_file")" | curl --config - --silent --show-error --max-time 30 \
  --header 'Content-Type: application/json' --data '{"query":"{ viewer { assignedIssues(first: 50, filter: { state: { type: { nin: [\"completed\", \"canceled\"] } } }) { nodes { identifier title priority state { name } } } } }"}' \
  -- "$api") || fail "Linear failed"
nodes=$(printf '%s' "$answer" | jq -ce '.data.viewer.assignedIssues.nodes | sort_by(.identifier)' 2>/dev/null) ||
  fail "Linear: $(printf '%s' "$answer" | jq -r '.errors[0].message // "its answer has no issues"' 2>/dev/null)"
lines() { printf '%s' "$nodes" | jq -r ".[] | $1" | list; }
say "{\"issues\":$(lines '"\(.identifier) \(.state.name)"'),\"urgent\":$(lines 'select(.priority == 1) | .identifier')}" \
  "{\"titles\":$(lines '"\(.identifier) \(.title)"')}"
