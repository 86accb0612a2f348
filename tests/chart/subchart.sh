#!/usr/bin/env bash
# In an umbrella chart: values below the chart's name, global ones, an alias, a condition; two in one release keep apart.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
parent=$WORK/parent
mkdir -p "$parent/templates" "$parent/charts"
cat >"$parent/Chart.yaml" <<'END'
apiVersion: v2
name: platform
version: 1.0.0
dependencies:
  - { name: loadline, version: ">=0.1.0", condition: loadline.enabled }
  - { name: loadline, version: ">=0.1.0", alias: second, condition: second.enabled }
END
cp -r "$CHART" "$parent/charts/loadline"
cat >"$parent/values.yaml" <<'END'
global: { imageRegistry: registry.example.com, imagePullSecrets: [{ name: registry-login }], unknownToUs: { any: thing } }
loadline:
  enabled: true
  image: { repository: loadline }
  sources: { default: { url: "http://prometheus:9090" } }
second:
  enabled: false
  nameOverride: second
  image: { repository: loadline }
  sources: { default: { url: "http://prometheus:9090" } }
  config: { kubernetes: { namespaces: [data] } }
END
render() { "$HELM" template platform "$parent" --namespace apps --kube-version 1.36.0 "$@"; }
names() { python3 -c 'import sys, yaml
for each in sorted((d["kind"], d["metadata"].get("namespace", ""), d["metadata"]["name"]) for d in yaml.safe_load_all(sys.stdin) if d): print(*each)'; }
expect() { diff <(cat) "$1" || { echo "subchart.sh: $2" >&2; exit 1; }; }

render >"$WORK/one.yaml"
names <"$WORK/one.yaml" >"$WORK/one.names"
expect "$WORK/one.names" "its names begin with the release's" <<'END'
ClusterRole  apps-platform-loadline
ClusterRoleBinding  apps-platform-loadline
ClusterTriggerAuthentication  platform-loadline
ConfigMap apps platform-loadline
Deployment apps platform-loadline
NetworkPolicy apps platform-loadline
PodDisruptionBudget apps platform-loadline
Secret apps platform-loadline-tls
Secret keda apps-platform-loadline-client
Service apps platform-loadline
Service apps platform-loadline-http
ServiceAccount apps platform-loadline
END
grep -q 'image: registry.example.com/loadline:' "$WORK/one.yaml"
grep -q 'name: registry-login' "$WORK/one.yaml"

render --set second.enabled=true | names >"$WORK/two.names"
[[ $(sort "$WORK/two.names" | uniq -d) == "" ]] || { echo "subchart.sh: two in one release have a name in common" >&2; exit 1; }
grep -q '^Role data apps-platform-second$' "$WORK/two.names"
[[ $(render --set loadline.enabled=false | names) == "" ]] || { echo "subchart.sh: its condition does not switch it off" >&2; exit 1; }
said=$(render --set loadline.replica=3 2>&1) && { echo "subchart.sh: a wrong value is taken" >&2; exit 1; }
[[ $said == *"additional properties 'replica' not allowed"* ]] || { echo "$said" >&2; exit 1; }
