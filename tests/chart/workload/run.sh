#!/usr/bin/env bash
# The chart loadline-workload; ../run.sh runs this with HELM, LOADLINE and WORK set, as a part of all.
# usage: run.sh [--no-api-server]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
export CHART=$root/charts/loadline-workload
step() { printf -- '-- %s\n' "$1"; }
step "workload: the schema of policy has a policy's fields"; "$root/charts/policy_schema.py" --check
step "workload: every value is described";     "$here/../described.py" "$CHART"
step "workload: what is rendered";             "$here/rendered.sh"
step "workload: what is refused";              "$here/../refused.sh" "$here"
step "workload: loadline takes its policies";  "$here/policies.py" "$LOADLINE" "$WORK"/workload/*.yaml
step "workload: what the old chart gave, and a trigger"; "$here/plus_a_trigger.py" "$HELM" "$CHART"
step "workload: as a subchart";                "$here/subchart.sh"
if [[ ${1-} != --no-api-server ]]; then
  step "workload: a real API server, and what Loadline finds there"; "$here/../api_server.sh" "$here/accepted.sh"
fi
