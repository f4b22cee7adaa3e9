#!/bin/sh
# about: Docker: containers that failed, restart or are unhealthy
# needs: docker
# goal: All containers that should run are healthy.
# playbook: When docker names a container, read its last log lines and propose what to do; restart nothing without a yes.
# looop:interval=60
names="" # an extended regular expression of the names that count; empty means all
# shared
need docker 'see https://docs.docker.com/engine/install'
all=$(docker ps --all --format '{{.Names}} {{.State}} {{.Status}}') || fail "docker failed"
mine=$(printf '%s\n' "$all" | grep -E -e "^[^ ]*($names)[^ ]* " | sort)
bad=$(printf '%s\n' "$mine" | awk '
  $2 == "restarting" || $2 == "dead" || $2 == "paused" { print $1 ":" $2; next }
  $2 == "exited" && $0 !~ /Exited \((0|130|143)\)/ { print $1 ":failed"; next }
  /\(unhealthy\)/ { print $1 ":unhealthy" }')
running=$(printf '%s\n' "$mine" | awk '$2 == "running"' | grep -c '')
say "{\"bad\":$(printf '%s\n' "$bad" | list),\"running\":$running}" "{\"containers\":$(printf '%s\n' "$mine" | awk 'NF { print $1 ":" $2 }' | list)}"
