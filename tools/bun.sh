#!/bin/sh
# Runs the pinned Bun, bringing it and the locked packages first where they are missing.
# Needs only git and Node with npm, or Bun alone. Usage: sh tools/bun.sh <arguments for bun>
set -eu
version=1.4.5
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
home="$root/.bun/$version"
own="$home/bun"

# Whether $1 is a Bun of the pinned version.
pinned() { [ "$("$1" --version 2>/dev/null)" = "$version" ]; }

# Stops with what failed and what to do next. $1: the problem, $2: the hint.
stop() {
  printf 'Cannot set up: %s\n  hint: %s\n' "$1" "$2" >&2
  exit 3
}

# Brings the pinned Bun. Two runs at once each fetch their own and the last rename wins: the file is never half there.
fetch() {
  printf 'Setting up: Bun %s\n' "$version" >&2
  mkdir -p "$home"
  # What a killed run left behind.
  for old in "$home"/new.*; do
    kill -0 "${old##*.}" 2>/dev/null || rm -rf "$old"
  done
  new="$home/new.$$"
  trap 'rm -rf "$new"' EXIT
  mkdir "$new"
  # npm 11 runs a package's install script only where the project names it.
  printf '{"private":true,"allowScripts":{"bun":true}}\n' >"$new/package.json"
  if command -v npm >/dev/null 2>&1; then
    npm install --prefix "$new" --no-audit --no-fund --no-package-lock --loglevel=error "bun@$version" >&2 ||
      stop "npm could not install bun@$version" "See npm's message above, then run this again"
  elif command -v bun >/dev/null 2>&1; then
    (cd "$new" && bun add --trust --exact "bun@$version" >&2) ||
      stop "bun could not install bun@$version" "See the message above, then run this again"
  else
    stop "neither npm nor bun is on PATH" "Install Node.js with npm, or Bun, and run this again"
  fi
  # The first is what the install script made; the others are there where scripts are switched off.
  for file in "$new"/node_modules/bun/bin/bun.exe "$new"/node_modules/@oven/*/bin/bun; do
    if pinned "$file"; then
      mv -f "$file" "$own"
      break
    fi
  done
  rm -rf "$new"
  trap - EXIT
  pinned "$own" || stop "no build of Bun $version runs on this machine" "Delete .bun/ and run this again; Bun needs x64 or arm64"
}

if pinned "$own"; then
  bun=$own
elif bun=$(command -v bun 2>/dev/null) && pinned "$bun"; then
  :
else
  fetch
  bun=$own
fi

"$bun" "$root/tools/install.ts" || exit 3

# Scripts that this one starts find the same Bun first.
PATH="$(dirname -- "$bun"):$PATH"
export PATH
exec "$bun" "$@"
