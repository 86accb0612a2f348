#!/usr/bin/env bash
# Each of values/, and the steps of examples/cdc-keda/chart, is linted and rendered; the outcome is the approved one, or a
# difference is shown. What is rendered is left in $WORK/workload for the other checks.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
example=$here/../../../examples/cdc-keda/chart
mkdir -p "$WORK/workload"
wrong=0

case_of() {  # NAME VALUES...
  local name=$1 values=()
  shift
  for file in "$@"; do values+=(--values "$file"); done
  "$HELM" lint --strict --quiet "$CHART" "${values[@]}" || wrong=1
  "$HELM" template orders "$CHART" --namespace data --kube-version 1.36.0 "${values[@]}" >"$WORK/workload/$name.yaml" || { wrong=1; return; }
  [[ -z ${LOADLINE_APPROVE-} ]] || cp "$WORK/workload/$name.yaml" "$here/approved/$name.yaml"
  diff -u "$here/approved/$name.yaml" "$WORK/workload/$name.yaml" || { echo "$name: not what is rendered; LOADLINE_APPROVE=1 takes it" >&2; wrong=1; }
}

for values in "$here"/values/*.yaml; do case_of "$(basename "$values" .yaml)" "$values"; done
case_of cdc-basic "$example/basic.yaml"
case_of cdc-shadow "$example/shadow.yaml"
case_of cdc-scale-to-zero "$example/shadow.yaml" "$example/scale-to-zero.yaml"
case_of cdc-all "$example/all.yaml"
case_of cdc-batch "$example/batch.yaml"
case_of cdc-without-keda "$example/shadow.yaml" "$example/without-keda.yaml"

grep -q '^kind:' "$WORK/workload/nothing.yaml" && { echo "nothing.yaml: something is rendered" >&2; wrong=1; }
exit $wrong
