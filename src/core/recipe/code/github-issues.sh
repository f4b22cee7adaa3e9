#!/bin/sh
# about: GitHub: open issues that are assigned to you
# needs: gh
# goal: Every issue that is assigned to me has a next step, and I know it.
# playbook: When github-issues names a new issue, read it and propose a next step; comment on nothing without a yes.
# looop:interval=600
# shared
need gh 'see https://cli.github.com, then gh auth login'
issues=$(gh search issues --assignee=@me --state=open --limit 30 --json repository,number,title \
  --jq 'sort_by(.repository.nameWithOwner, .number)[] | "\(.repository.nameWithOwner)#\(.number)\t\(.title)"') ||
  fail "gh failed"
say "{\"assigned\":$(printf '%s\n' "$issues" | cut -f 1 | list)}" "{\"titles\":$(printf '%s\n' "$issues" | list)}"
