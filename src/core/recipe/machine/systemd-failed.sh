#!/bin/sh
# about: systemd: units that failed, of the system or of yours
# needs: systemctl
# goal: No unit is failed.
# playbook: When systemd-failed names a unit, read its journal and propose what to do; restart nothing without a yes.
# looop:interval=120
scope=system # system or user
# shared
need systemctl 'this system has no systemd'
units=$(systemctl "--$scope" list-units --state=failed --plain --no-legend --no-pager) || fail "systemctl failed"
say "{\"failed\":$(printf '%s\n' "$units" | awk 'NF { print $1 }' | sort | list)}" '{}'
