#!/bin/sh
# about: Prometheus Alertmanager, or Grafana's: alerts that fire
# needs: curl jq
# goal: No alert fires.
# playbook: When alertmanager names a new alert, look for its cause where you can only read, and flag me with what you found.
# looop:interval=60
url="" # required: http://HOST:9093, or https://GRAFANA/api/alertmanager/grafana
token_file="" # a file that holds a token; empty when it asks for none
# shared
need curl 'install curl'
need jq 'install jq'
[ -z "$token_file" ] || [ -r "$token_file" ] || fail "cannot read $token_file"
# The token goes in by standard input, so that it is in no list of processes.
answer=$({ [ -z "$token_file" ] || printf 'header = "Authorization: Bearer %s"\n' "$(cat "$token_file")"; } |
  curl --config - --silent --show-error --fail --max-time 30 -- "$url/api/v2/alerts?active=true&silenced=false&inhibited=false") ||
  fail "Alertmanager failed"
alerts=$(printf '%s' "$answer" | jq -ce 'map({name: .labels.alertname, at: (.labels.instance // .labels.job // "-"),
  severity: (.labels.severity // "-"), says: (.annotations.summary // "")}) | sort' 2>/dev/null) || fail 'Alertmanager: its answer is no list'
lines() { printf '%s' "$alerts" | jq -r ".[] | $1" | awk '!known[$0]++' | list; }
say "{\"firing\":$(lines '"\(.name) \(.severity) \(.at)"')}" "{\"summaries\":$(lines '.says')}"
