#!/bin/sh
# about: another looop, with its own data folder: what waits there
# goal: Nothing waits for me in the other looop for a day.
# playbook: When another-looop counts more questions, name them to me; answer nothing there.
# looop:interval=60
data="$HOME/.local/share/other-looop" # its data folder
# shared
[ -d "$data" ] || fail "no folder $data"
state=$(LOOOP_DATA_DIR="$data" "${LOOOP_BIN:-looop}" state --json) || fail "looop failed"
flat=$(printf '%s' "$state" | tr -d '\n')
pulse=$(printf '%s' "$flat" | sed -nE 's/.*"pulse_alive": *(true|false).*/\1/p')
[ -n "$pulse" ] || fail 'looop: its state is not as expected'
asks=$(LOOOP_DATA_DIR="$data" "${LOOOP_BIN:-looop}" asks 2>/dev/null)
open=$(printf '%s' "$flat" | awk '{ print gsub(/"prompt":/, "") }')
say "{\"pulse\":$pulse,\"asks\":$open}" "{\"asks\":$(printf '%s\n' "$asks" | list)}"
