#!/usr/bin/env bash
# A policy is shorter than the KEDA triggers that it takes the place of, and examples/cdc-keda/README.md says both numbers.
# Lines that are neither blank nor comment count. The external trigger that stays counts with the policy.
# usage: shorter_than_its_triggers.sh SOURCE_DIR
set -euo pipefail
folder=$1/examples/cdc-keda

lines() { grep -cvE '^[[:space:]]*(#|$)'; }
# The document of policy.yaml with that name.
document() { awk -v name="name: $1," 'BEGIN { RS = "---\n" } index($0, name)' "$folder/policy.yaml"; }

policy=$(document cdc-worker-all | lines)
external=$(lines <"$folder/external-trigger.yaml")
triggers=$(lines <"$folder/triggers.yaml")

for signal in lag buffer throughput wal; do
  document cdc-worker-all | grep -q "name: $signal" || { echo "policy cdc-worker-all has no signal $signal"; exit 1; }
done
for query in philotes_cdc_lag_seconds philotes_buffer_depth philotes_buffer_events_processed_total confirmed_flush_lsn; do
  grep -q "$query" "$folder/triggers.yaml" || { echo "triggers.yaml has no trigger on $query"; exit 1; }
done
if ((policy + external >= triggers)); then
  echo "the policy has $policy lines, its trigger $external; the triggers that they replace only $triggers"
  exit 1
fi
said="$triggers lines of triggers become $policy of policy and $external of one trigger"
grep -qF "$said" "$folder/README.md" || { echo "examples/cdc-keda/README.md must say: $said"; exit 1; }
