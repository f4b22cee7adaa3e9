#!/bin/sh
# about: Jira: what a query finds, by default what is yours
# needs: curl jq
# goal: Every issue in Jira that is mine has a next step.
# playbook: When jira names a new issue or another status, propose a next step; change nothing in Jira without a yes.
# looop:interval=300
site="" # required: such as https://example.atlassian.net
netrc_file="$HOME/.netrc" # a file with: machine HOST login EMAIL password API-TOKEN
jql="assignee = currentUser() AND statusCategory != Done ORDER BY key" # the query
# shared
need curl 'install curl'
need jq 'install jq'
[ -r "$netrc_file" ] || fail "cannot read $netrc_file"
answer=$(curl --silent --show-error --fail --max-time 30 --netrc-file "$netrc_file" --get --data-urlencode "jql=$jql" \
  --data maxResults=50 --data fields=summary,status,priority -- "$site/rest/api/3/search/jql") || fail "Jira failed"
issues=$(printf '%s' "$answer" | jq -ce '.issues | sort_by(.key)' 2>/dev/null) || fail 'Jira: its answer has no issues'
lines() { printf '%s' "$issues" | jq -r ".[] | $1" | list; }
say "{\"issues\":$(lines '"\(.key) \(.fields.status.name)"')}" "{\"titles\":$(lines '"\(.key) \(.fields.summary)"')}"
