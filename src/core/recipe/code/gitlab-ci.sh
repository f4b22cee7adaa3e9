#!/bin/sh
# about: GitLab CI: the last finished pipeline of a branch
# needs: glab jq
# goal: The branch is green.
# playbook: When gitlab-ci says failed, read the log of the failed job and start a worker that mends it.
# looop:interval=180
project="" # required: group/name
branch=main # the branch
# shared
need glab 'see https://gitlab.com/gitlab-org/cli, then glab auth login'
need jq 'install jq'
path=$(printf '%s' "$project" | sed 's,/,%2F,g')
all=$(glab api "projects/$path/pipelines?ref=$branch&per_page=20") || fail "glab failed"
last=$(printf '%s' "$all" | jq -c '[.[] | select(.status == "success" or .status == "failed" or .status == "canceled")][0] // {}' 2>/dev/null) ||
  fail 'glab: its answer is no list of pipelines'
say "{\"status\":$(printf '%s' "$last" | jq '.status // "none"')}" \
  "{\"url\":$(printf '%s' "$last" | jq '.web_url'),\"sha\":$(printf '%s' "$last" | jq '.sha')}"
