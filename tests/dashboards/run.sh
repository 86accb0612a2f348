#!/usr/bin/env bash
# The dashboards: what the script writes, complete, of Grafana's schema, and each query with an answer of real programs.
# usage: tests/dashboards/run.sh
# Needs build/loadline (or LOADLINE_BINARY). Without Node or npm Grafana's schema is left out, and that is said.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
loadline=$(realpath "${LOADLINE_BINARY:-$root/build/loadline}")
dashboards=("$root"/charts/loadline/files/dashboards/*.json)
export PYTHONDONTWRITEBYTECODE=1

step() { printf -- '-- %s\n' "$1"; }
step "they are what the script writes";        "$root/charts/dashboards/write.py" --check
step "every metric, and words for each panel"; "$here/complete.py" "$root/docs/metrics.md" "$root/charts/loadline/files/alerts.yaml" "${dashboards[@]}"
step "Grafana's schema";                       "$here/schema.sh" "${dashboards[@]}" || [[ $? == 77 ]]
step "every query, asked of real programs";    "$here/asked.py" "$loadline" "${dashboards[@]}"
