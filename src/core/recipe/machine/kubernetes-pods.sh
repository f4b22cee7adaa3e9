#!/bin/sh
# about: Kubernetes: pods that are not well
# needs: kubectl
# goal: All pods of the namespace run and are ready.
# playbook: When kubernetes-pods names a pod, read its events and last log, and propose what to do; change nothing in the cluster.
# looop:interval=60
namespace=default # the namespace
# shared
need kubectl 'see https://kubernetes.io/docs/tasks/tools'
pods=$(kubectl get pods --namespace "$namespace" --no-headers --request-timeout=20s) || fail "kubectl failed"
# Columns: name, ready (1/2), status, restarts, age.
bad=$(printf '%s\n' "$pods" | awk 'NF {
  split($2, ready, "/")
  if ($3 != "Completed" && ($3 != "Running" || ready[1] != ready[2])) print $1 ":" ($3 == "Running" ? "NotReady" : $3)
}' | sort)
say "{\"bad\":$(printf '%s\n' "$bad" | list)}" "{\"pods\":$(printf '%s\n' "$pods" | awk 'NF { print $1 ":" $2 ":" $3 ":" $4 }' | list)}"
