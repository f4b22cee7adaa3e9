#!/bin/sh
# about: GitHub: unread notifications that are for you
# needs: gh
# goal: No notification on GitHub that asks something of me is unread for a day.
# playbook: When github-notifications names a mention or an assignment, say in one line what is asked of me.
# looop:interval=300
reasons="mention|team_mention|assign|review_requested|security_alert" # which reasons count
# shared
need gh 'see https://cli.github.com, then gh auth login'
all=$(gh api notifications --jq '.[] | "\(.reason)\t\(.id)\t\(.repository.full_name)\t\(.subject.title)"') || fail "gh failed"
mine=$(printf '%s\n' "$all" | grep -E "^($reasons)	" | sort)
say "{\"unread\":$(printf '%s\n' "$mine" | awk -F '\t' 'NF { print $1 ":" $2 }' | list)}" \
  "{\"titles\":$(printf '%s\n' "$mine" | cut -f 3,4 | list)}"
