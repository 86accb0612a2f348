#!/usr/bin/env bash
# Each of values/ is linted and rendered, and charts/manifests/ too; the outcome is the approved one, or a difference is shown.
# What is rendered is left in $WORK/rendered for the other checks.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
manifests=$(dirname "$CHART")/manifests
mkdir -p "$WORK/rendered" "$WORK/approvable"
wrong=0

render() { "$HELM" template loadline "$CHART" --namespace loadline --kube-version 1.36.0 --values "$1"; }

compare() {  # RENDERED APPROVED
  [[ -z ${LOADLINE_APPROVE-} ]] || cp "$1" "$2"
  diff -u "$2" "$1" || { echo "$2: not what is rendered; LOADLINE_APPROVE=1 takes it" >&2; wrong=1; }
}

for values in "$here"/values/*.yaml; do
  name=$(basename "$values")
  "$HELM" lint --strict --quiet "$CHART" --values "$values" || wrong=1
  render "$values" >"$WORK/rendered/$name"
  # Certificates that the chart makes are others each time.
  sed -E 's/^(  (ca\.crt|tls\.crt|tls\.key): ).*/\1(made)/' "$WORK/rendered/$name" >"$WORK/approvable/$name"
  compare "$WORK/approvable/$name" "$here/approved/$name"
done
for values in "$manifests"/values/*.yaml; do
  name=$(basename "$values")
  "$manifests/render.sh" "$HELM" "$values" >"$WORK/rendered/manifests-$name"
  compare "$WORK/rendered/manifests-$name" "$manifests/$name"
done

# The values that docs/helm.md shows are values.
python3 - "$here/../../docs/helm.md" "$WORK" <<'END'
import pathlib, re, sys
blocks = re.findall(r"^```yaml\n((?:image|sources|journal|webhooks):.*?)^```$", pathlib.Path(sys.argv[1]).read_text(), re.M | re.S)
for number, block in enumerate(blocks):
    pathlib.Path(sys.argv[2], f"shown-{number}.yaml").write_text(block)
assert len(blocks) >= 4, "docs/helm.md shows fewer values than it did"
END
for values in "$WORK"/shown-*.yaml; do
  "$HELM" template loadline "$CHART" --kube-version 1.36.0 --values "$here/values/minimal.yaml" --values "$values" >/dev/null || wrong=1
done

# The image's tag is the chart's appVersion where none is said: it has to be that of the program.
[[ $(sed -n 's/^appVersion: //p' "$CHART/Chart.yaml") == $(sed -n 's/^project(loadline VERSION \([^ ]*\).*/\1/p' "$here/../../CMakeLists.txt") ]] ||
  { echo "Chart.yaml: appVersion is not CMakeLists.txt's VERSION" >&2; wrong=1; }

# The dashboards arrive as they are, templates of Grafana's included, and below what a ConfigMap may hold. What they are is
# tests/dashboards' matter.
"$HELM" template loadline "$CHART" --kube-version 1.36.0 --values "$here/values/minimal.yaml" --set dashboards.enabled=true \
  --show-only templates/monitoring.yaml >"$WORK/dashboards.yaml"
python3 - "$WORK/dashboards.yaml" "$CHART"/files/dashboards/*.json <<'END' || wrong=1
import pathlib, sys, yaml
arrived = {}
for configmap in filter(None, yaml.safe_load_all(open(sys.argv[1]))):
    assert len(configmap["metadata"]["name"]) <= 63 and len(yaml.safe_dump(configmap)) < 2**20, configmap["metadata"]["name"]
    arrived |= configmap["data"]
files = {path.name: path.read_text().rstrip("\n") for path in map(pathlib.Path, sys.argv[2:])}
assert len(files) >= 7 and arrived == files, f"ConfigMaps of {sorted(arrived)}, files {sorted(files)}"
assert any("{{" in text for text in files.values())
END
# How a ConfigMap of one looks.
cp -r "$CHART" "$WORK/with-dashboard"
rm -f "$WORK"/with-dashboard/files/dashboards/*.json
echo '{"title": "{{ not a template }}"}' >"$WORK/with-dashboard/files/dashboards/fleet.json"
CHART=$WORK/with-dashboard
"$HELM" template loadline "$CHART" --namespace loadline --kube-version 1.36.0 --values "$here/values/minimal.yaml" \
  --set dashboards.enabled=true,dashboards.annotations.grafana_folder=Loadline --show-only templates/monitoring.yaml >"$WORK/dashboard.yaml"
compare "$WORK/dashboard.yaml" "$here/approved/dashboard.yaml.part"
exit $wrong
