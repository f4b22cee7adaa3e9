#!/bin/sh
# Runs the pinned Bun, bringing it and the locked packages first where they are missing.
# Needs only git and Node with npm, or Bun alone. Usage: sh tools/bun.sh <arguments for bun>
set -eu
version=1.4.5
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
own="$root/.bun/node_modules/.bin/bun"

# Whether $1 is a Bun of the pinned version.
pinned() { [ "$("$1" --version 2>/dev/null)" = "$version" ]; }

if pinned "$own"; then
  bun=$own
elif bun=$(command -v bun 2>/dev/null) && pinned "$bun"; then
  :
else
  printf 'Setting up: Bun %s\n' "$version" >&2
  rm -rf "$root/.bun"
  mkdir -p "$root/.bun"
  # npm 11 runs a package's install script only where the project names it.
  printf '{"private":true,"allowScripts":{"bun":true}}\n' >"$root/.bun/package.json"
  if command -v npm >/dev/null 2>&1; then
    (cd "$root/.bun" && npm install --no-audit --no-fund --no-package-lock --loglevel=error "bun@$version" >&2)
  elif [ -n "$bun" ]; then
    (cd "$root/.bun" && "$bun" add --trust --exact "bun@$version" >&2)
  else
    printf 'Cannot set up: neither npm nor bun is on PATH\n  hint: Install Node.js with npm, or Bun, and run this again\n' >&2
    exit 3
  fi
  pinned "$own" || { printf 'Cannot set up Bun %s: %s does not run\n  hint: Delete .bun/ and run this again\n' "$version" "$own" >&2; exit 3; }
  bun=$own
fi

# The stamp is the lock file itself: a changed lock, or a half-finished install, installs again.
stamp="$root/node_modules/.installed-lock"
if ! cmp -s "$root/bun.lock" "$stamp"; then
  printf 'Setting up: locked packages\n' >&2
  (cd "$root" && "$bun" install --frozen-lockfile --silent >&2)
  cp "$root/bun.lock" "$stamp"
fi

# Scripts that this one starts find the same Bun first.
PATH="$(dirname -- "$bun"):$PATH"
export PATH
exec "$bun" "$@"
