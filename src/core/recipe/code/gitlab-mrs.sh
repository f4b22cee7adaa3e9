#!/bin/sh
# about: GitLab: merge requests to review, and your own
# needs: glab jq
# goal: No merge request waits for my review for more than a day, and none of mine is stuck.
# playbook: When gitlab-mrs names a merge request to review, read it, note what matters in it, and flag me; approve nothing.
# looop:interval=300
user="" # required: your user name
# shared
need glab 'see https://gitlab.com/gitlab-org/cli, then glab auth login'
need jq 'install jq'
ask() { glab api "merge_requests?scope=all&state=opened&per_page=30&$1=$user"; }
review=$(ask reviewer_username) || fail 'glab failed'
own=$(ask author_username) || fail 'glab failed'
lines() { printf '%s' "$1" | jq -r "sort_by(.references.full)[] | $2" 2>/dev/null; }
to_review=$(lines "$review" .references.full) || fail 'glab: its answer is no list of merge requests'
# shellcheck disable=SC2016 # \( is jq's
mine=$(lines "$own" '"\(.references.full) \(if .has_conflicts then "conflict" else "fine" end)"') || fail 'glab: its answer is no list'
say "{\"to_review\":$(printf '%s\n' "$to_review" | list),\"mine\":$(printf '%s\n' "$mine" | list)}" \
  "{\"titles\":$(lines "$review" .title | list)}"
