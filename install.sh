#!/bin/sh
# Installs looop for you alone, or removes it: one file in one folder, without sudo. POSIX sh.
#
#   sh install.sh              install, or bring up to date
#   sh install.sh --uninstall  remove it; your data stays
#
# LOOOP_INSTALL_DIR  where to (default: ~/.local/bin)
# LOOOP_VERSION      which release (default: the one that this script came with)
# LOOOP_BASE_URL     where its files lie, if not at home
# LOOOP_TARGET       which build, if not the one that fits this machine: linux-x64-musl, darwin-arm64 …
#
# Nothing is installed that does not have the SHA-256 of the release. Nothing else of yours is changed, and nothing is
# sent anywhere: no telemetry.
set -eu

# Written in by the release: where its files lie. It ends in v<version>.
home_url=''

say() { printf '%s\n' "$*"; }

# Stops. $1: the state found, $2: what to do.
stop() {
  printf 'Cannot install looop: %s\n  hint: %s\n' "$1" "$2" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Fetches $1 to the file $2. A download that was cut fails here or at its hash.
fetch() {
  if have curl; then
    curl -fsSL --retry 2 -o "$2" "$1" || stop "$1 did not come, or not whole" 'Check the network and run this again'
  elif have wget; then
    wget -q -O "$2" "$1" || stop "$1 did not come, or not whole" 'Check the network and run this again'
  else
    stop 'neither curl nor wget is here' 'Install one of them, or put the program of the release on your PATH by hand'
  fi
}

# Prints the SHA-256 of the file $1.
sum() {
  if have sha256sum; then
    sha256sum "$1" | cut -c1-64
  elif have shasum; then
    shasum -a 256 "$1" | cut -c1-64
  elif have openssl; then
    openssl dgst -sha256 "$1" | sed 's/.*= *//'
  else
    stop 'no sha256sum, shasum or openssl is here to check the download' 'Install one of them and run this again'
  fi
}

# Prints the hash that the release says of its file $1.
promised() { sed -n "s/^\([0-9a-f]\{64\}\)  $1\$/\1/p" "$new/SHA256SUMS"; }

# Prints which build fits this machine.
target() {
  case ${LOOOP_TARGET:-} in
    '') ;;
    *[!a-z0-9-]*) stop "LOOOP_TARGET cannot be $LOOOP_TARGET" 'It is a name such as linux-x64-musl' ;;
    *)
      say "$LOOOP_TARGET"
      return
      ;;
  esac
  os=$(uname -s)
  arch=$(uname -m)
  case $arch in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) stop "there is no build for the processor $arch" 'It runs on x64 and arm64' ;;
  esac
  case $os in
    Darwin)
      # A shell under Rosetta says x86_64 on an Apple processor.
      [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" != 1 ] || arch=arm64
      say "darwin-$arch"
      ;;
    Linux)
      libc=$(libc "$arch")
      say "linux-$arch$libc"
      ;;
    *) stop "there is no build for $os" 'It runs on Linux and macOS; on Windows in WSL' ;;
  esac
}

# Prints what follows linux-$1: the C library, or that the processor lacks AVX2. glibc wins where both are.
libc() {
  if [ -e /lib64/ld-linux-x86-64.so.2 ] || [ -e /lib/ld-linux-aarch64.so.1 ]; then
    [ "$1" != x64 ] || [ ! -r /proc/cpuinfo ] || grep -q avx2 /proc/cpuinfo || say -baseline
  elif [ -e /lib/ld-musl-x86_64.so.1 ] || [ -e /lib/ld-musl-aarch64.so.1 ]; then
    say -musl
  else
    stop 'neither glibc nor musl is where programs look for it' 'Choose a build with LOOOP_TARGET; on NixOS use the flake'
  fi
}

# Says how to put $dir on PATH, in the words of the person's shell.
advise() {
  case ":$PATH:" in
    *":$dir:"*)
      first=$(command -v looop || :)
      [ "$first" = "$dir/looop" ] || say "Note: another looop comes first on your PATH: $first"
      return
      ;;
  esac
  say "$dir is not on your PATH. To put it there:"
  case ${SHELL:-} in
    */zsh) say "  echo 'export PATH=\"$dir:\$PATH\"' >>~/.zshrc && exec zsh" ;;
    */bash) say "  echo 'export PATH=\"$dir:\$PATH\"' >>~/.bashrc && exec bash" ;;
    */fish) say "  fish_add_path '$dir'" ;;
    *) say "  echo 'export PATH=\"$dir:\$PATH\"' >>~/.profile    and log in again" ;;
  esac
}

uninstall() {
  if [ ! -e "$dir/looop" ]; then
    say "looop is not in $dir: nothing to do"
    return
  fi
  case $("$dir/looop" version 2>/dev/null || :) in
    'looop '*) ;;
    *) stop "$dir/looop does not say that it is looop" 'Look at it, and remove it yourself' ;;
  esac
  rm -f "$dir/looop" || stop "$dir/looop cannot be removed" 'Remove it as whoever installed it'
  say "Removed $dir/looop. What it wrote is still in ${XDG_STATE_HOME:-${HOME:-~}/.local/state}/looop"
}

install() {
  base=${LOOOP_BASE_URL:-$home_url}
  [ -n "$base" ] || stop 'it is not known where the release lies' 'Set LOOOP_BASE_URL to the folder that has SHA256SUMS'
  if [ -z "${LOOOP_BASE_URL:-}" ] && [ -n "${LOOOP_VERSION:-}" ]; then base=${home_url%/*}/v$LOOOP_VERSION; fi
  build=$(target)

  mkdir -p "$dir" 2>/dev/null || stop "the folder $dir cannot be made" 'Choose another with LOOOP_INSTALL_DIR'
  # What a killed run left behind.
  for old in "$dir"/.looop-install.*; do
    kill -0 "${old##*.}" 2>/dev/null || rm -rf "$old"
  done
  # Beside its place, so that the last step is one rename.
  new=$dir/.looop-install.$$
  mkdir "$new" 2>/dev/null || stop "the folder $dir cannot be written" 'Choose another with LOOOP_INSTALL_DIR'
  trap 'rm -rf "$new"' EXIT
  trap 'exit 130' INT TERM HUP

  fetch "$base/SHA256SUMS" "$new/SHA256SUMS"
  sum "$new/SHA256SUMS" >/dev/null
  want=$(promised "looop-$build")
  [ -n "$want" ] || stop "the release at $base has no build for $build" 'See its SHA256SUMS for those it has; LOOOP_TARGET chooses'
  if [ -f "$dir/looop" ] && [ "$(sum "$dir/looop")" = "$want" ]; then
    say "$("$dir/looop" version) is already in $dir"
    advise
    return
  fi

  # The archive is half as long; where it cannot be opened the bare program will do.
  if have tar && have gzip; then file=looop-$build.tar.gz; else file=looop-$build; fi
  say "Fetching $base/$file"
  fetch "$base/$file" "$new/$file"
  [ "$(sum "$new/$file")" = "$(promised "$file")" ] ||
    stop "$file does not have the SHA-256 of the release" 'The download was cut or changed: run this again, and tell us if it stays so'
  case $file in
    *.tar.gz) (cd "$new" && tar -xzf "$file" looop) || stop "$file cannot be opened" 'Is the disk full?' ;;
    *) mv "$new/$file" "$new/looop" ;;
  esac
  [ "$(sum "$new/looop")" = "$want" ] || stop 'the program in the archive is not that of the release' 'Please tell us'
  chmod 755 "$new/looop"
  version=$("$new/looop" version) || stop "the build for $build does not run here" 'Choose another with LOOOP_TARGET'
  [ -z "${LOOOP_VERSION:-}" ] || [ "$version" = "looop $LOOOP_VERSION" ] ||
    stop "this is $version, not $LOOOP_VERSION" 'Look at LOOOP_VERSION and LOOOP_BASE_URL'
  mv -f "$new/looop" "$dir/looop" || stop "$dir/looop cannot be replaced" 'Choose another folder with LOOOP_INSTALL_DIR'
  say "Installed $version in $dir"
  advise
  say 'See it work, without a model: looop demo'
}

# All in one function, so that a shell that reads from a pipe that breaks runs nothing.
main() {
  [ -n "${LOOOP_INSTALL_DIR:-}${HOME:-}" ] || stop 'HOME is not set' 'Set LOOOP_INSTALL_DIR to a folder on your PATH'
  dir=${LOOOP_INSTALL_DIR:-${HOME:-}/.local/bin}
  case "$#:${1:-}" in
    0:) install ;;
    1:--uninstall) uninstall ;;
    *)
      printf 'Usage: sh install.sh [--uninstall]\n' >&2
      exit 2
      ;;
  esac
}

main "$@"
