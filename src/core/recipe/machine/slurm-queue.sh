#!/bin/sh
# about: Slurm: your jobs by their states
# needs: squeue
# goal: My jobs on the cluster run or have ended well.
# playbook: When slurm-queue loses a job, look at its exit code and output; when one is held, say why.
# looop:interval=120
# shared
need squeue 'this machine has no Slurm'
jobs=$(squeue --me --noheader --format '%i|%j|%T|%r') || fail "squeue failed"
say "{\"jobs\":$(printf '%s\n' "$jobs" | awk -F '|' 'NF { print $1 ":" $3 }' | sort | list)}" \
  "{\"names_and_reasons\":$(printf '%s\n' "$jobs" | awk -F '|' 'NF { print $1 ":" $2 ":" $4 }' | sort | list)}"
