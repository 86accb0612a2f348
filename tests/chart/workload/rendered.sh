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

# The values that docs/helm-workload.md shows are values.
python3 - "$here/../../../docs/helm-workload.md" "$WORK" <<'END'
import pathlib, re, sys
blocks = re.findall(r"^```yaml\n((?:workloads|defaults):.*?)^```$", pathlib.Path(sys.argv[1]).read_text(), re.M | re.S)
for number, block in enumerate(blocks):
    pathlib.Path(sys.argv[2], f"shown-workload-{number}.yaml").write_text(block)
assert len(blocks) >= 5, "docs/helm-workload.md shows fewer values than it did"
END
for values in "$WORK"/shown-workload-*.yaml; do
  "$HELM" template orders "$CHART" --kube-version 1.36.0 --values "$here/values/minimal.yaml" --values "$values" >/dev/null || wrong=1
done

grep -q '^kind:' "$WORK/workload/nothing.yaml" && { echo "nothing.yaml: something is rendered" >&2; wrong=1; }
exit $wrong
