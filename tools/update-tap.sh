#!/bin/sh
# Puts the formula $1 into the Homebrew tap that is checked out in $2, and pushes it; nothing when it is there already.
set -eu
formula=$1
tap=$2
mkdir -p "$tap/Formula"
cp "$formula" "$tap/Formula/looop.rb"
cd "$tap"
git add Formula/looop.rb
if git diff --cached --quiet; then
  echo 'The tap has this formula already'
  exit 0
fi
version=$(sed -n 's/^  version "\(.*\)"$/\1/p' Formula/looop.rb)
git -c user.name=looop -c user.email=looop@localhost commit -qm "looop $version"
git push -q
echo "The tap has looop $version"
