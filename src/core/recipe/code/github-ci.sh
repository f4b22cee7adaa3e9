#!/bin/sh
# about: GitHub Actions: the last finished runs of a branch
# needs: gh
# goal: The branch is green.
# playbook: When github-ci names a failed workflow, read its log with gh run view --log-failed and start a worker that mends it.
# looop:interval=180
repo="" # required: owner/name
branch=main # the branch
# shared
need gh 'see https://cli.github.com, then gh auth login'
runs=$(gh run list --repo "$repo" --branch "$branch" --limit 40 --json workflowName,status,conclusion,headSha,url --jq '
  [.[] | select(.status == "completed")] | group_by(.workflowName)[] | .[0]
  | "\(.workflowName)\t\(.conclusion)\t\(.headSha[0:8])\t\(.url)"') || fail "gh failed"
bad=$(printf '%s\n' "$runs" | awk -F '\t' 'NF && $2 !~ /^(success|skipped|neutral)$/ { print $1 ": " $2 }')
[ -z "$bad" ] && green=true || green=false
say "{\"green\":$green,\"failed\":$(printf '%s\n' "$bad" | list)}" "{\"last\":$(printf '%s\n' "$runs" | list)}"
