#!/bin/sh
# about: GitHub: your pull requests, their checks and reviews
# needs: gh
# goal: My pull requests have green checks and no open request for changes.
# playbook: When github-prs names failing checks or requested changes, start a worker that mends them in a worktree.
# looop:interval=300
repo="" # owner/name: only there; empty means everywhere
# shared
need gh 'see https://cli.github.com, then gh auth login'
# shellcheck disable=SC2016 # the dollar signs are GraphQL's
prs=$(gh api graphql -f q="is:pr is:open author:@me${repo:+ repo:$repo}" -f query='query($q: String!) {
  search(query: $q, type: ISSUE, first: 30) { nodes { ... on PullRequest {
    number title isDraft mergeable reviewDecision repository { nameWithOwner }
    commits(last: 1) { nodes { commit { statusCheckRollup { state } } } } } } } }' --jq '
  .data.search.nodes | sort_by(.repository.nameWithOwner, .number)[]
  | ["\(.repository.nameWithOwner)#\(.number)", .commits.nodes[0].commit.statusCheckRollup.state // "NO_CHECKS",
    .reviewDecision // "NO_REVIEW", (if .mergeable == "CONFLICTING" then "CONFLICT" else empty end),
    (if .isDraft then "DRAFT" else empty end)] | join(" ")') || fail "gh failed"
lines() { printf '%s\n' "$prs" | grep -E " $1" | cut -d ' ' -f 1 | list; }
say "{\"failing\":$(lines '(FAILURE|ERROR)'),\"changes_requested\":$(lines CHANGES_REQUESTED),\"approved\":$(lines APPROVED),\"conflicts\":$(lines CONFLICT)}" \
  "{\"all\":$(printf '%s\n' "$prs" | list)}"
