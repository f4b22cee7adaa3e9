#!/bin/sh
# about: GitHub: pull requests that wait for your review
# needs: gh
# goal: No pull request waits for my review for more than a day.
# playbook: When github-reviews names a new pull request, read it, note what matters in it, and flag me; approve nothing.
# looop:interval=300
# shared
need gh 'see https://cli.github.com, then gh auth login'
prs=$(gh search prs --review-requested=@me --state=open --limit 20 --json repository,number,title \
  --jq 'sort_by(.repository.nameWithOwner, .number)[] | "\(.repository.nameWithOwner)#\(.number)\t\(.title)"') ||
  fail "gh failed"
say "{\"waiting\":$(printf '%s\n' "$prs" | cut -f 1 | list)}" "{\"titles\":$(printf '%s\n' "$prs" | list)}"
