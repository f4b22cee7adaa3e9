#!/bin/sh
# about: a git clone: uncommitted, unpushed, behind, stale branches
# needs: git
# goal: The repository is committed and pushed, level with its upstream, and without stale branches.
# playbook: When git-repo shows work that lies there for a day, ask what should become of it; never commit or push by yourself.
# looop:interval=300
repo="$HOME/code/project" # the working copy
fetch=yes # ask the remote first; anything else compares with what was fetched last
stale_days=30 # a branch without a commit for so many days is stale
# shared
need git 'install git'
cd "$repo" 2>/dev/null || fail "no folder $repo"
git rev-parse --git-dir >/dev/null 2>&1 || fail "$repo is not a git repository"
fetched=false
# Without a network this compares with what was fetched last. It must never ask for a password.
if [ "$fetch" = yes ]; then
  GIT_TERMINAL_PROMPT=0 GIT_SSH_COMMAND="${GIT_SSH_COMMAND:-ssh -o BatchMode=yes}" \
    git fetch --quiet --all >/dev/null 2>&1 </dev/null && fetched=true
fi
branch=$(git symbolic-ref --quiet --short HEAD || echo detached)
status=$(git --no-optional-locks status --porcelain) || fail "git status failed in $repo"
dirty=$(printf '%s' "$status" | grep -c '')
behind=0 ahead=0
if git rev-parse --verify --quiet '@{upstream}' >/dev/null; then
  behind=$(git rev-list --count 'HEAD..@{upstream}')
  ahead=$(git rev-list --count '@{upstream}..HEAD')
fi
now=$(date +%s)
stale=$(git for-each-ref --format='%(committerdate:unix) %(refname:short)' refs/heads |
  awk -v limit=$((now - stale_days * 86400)) -v own="$branch" '$1 < limit && $2 != own { print $2 }')
stashes=$(git stash list | grep -c '')
say "{\"branch\":$(text "$branch"),\"uncommitted\":$dirty,\"unpushed\":$ahead,\"behind\":$behind,\"stale\":$(printf '%s\n' "$stale" | list),\"stashes\":$stashes}" \
  "{\"files\":$(printf '%s\n' "$status" | list),\"fetched\":$fetched}"
