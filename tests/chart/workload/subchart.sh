#!/usr/bin/env bash
# In a service's own chart: values below the chart's name, the target's name by the release's, an alias, a condition; two in one
# release keep apart.
set -euo pipefail
parent=$WORK/service
mkdir -p "$parent/templates" "$parent/charts"
cat >"$parent/Chart.yaml" <<'END'
apiVersion: v2
name: orders
version: 1.0.0
dependencies:
  - { name: loadline-workload, version: ">=0.1.0", alias: autoscaling, condition: autoscaling.enabled }
  - { name: loadline-workload, version: ">=0.1.0", alias: batch, condition: batch.enabled }
END
cp -r "$CHART" "$parent/charts/loadline-workload"
cat >"$parent/values.yaml" <<'END'
global: { unknownToUs: { any: thing } }
autoscaling:
  enabled: true
  defaults: { minReplicaCount: 2 }
  workloads:
    worker:
      target: { name: "{{ .Release.Name }}-worker" }
      policy: { signals: [ { name: lag, query: max(lag_seconds), perReplica: 300 } ] }
    web:
      target: { name: "{{ .Release.Name }}-web" }
      minReplicaCount: 3
      policy: { signals: [ { name: requests, query: sum(requests), perReplica: 50 } ] }
batch:
  enabled: false
  workloads:
    import:
      policy: { signals: [ { name: waiting, query: sum(waiting), perReplica: 1 } ] }
END
render() { "$HELM" template shop "$parent" --namespace apps --kube-version 1.36.0 "$@"; }
names() { python3 -c 'import sys, yaml
for each in sorted((d["kind"], d["metadata"]["namespace"], d["metadata"]["name"], d["spec"]["minReplicaCount"] if "spec" in d else "") for d in yaml.safe_load_all(sys.stdin) if d): print(*each)'; }
expect() { diff <(cat) "$1" || { echo "subchart.sh: $2" >&2; exit 1; }; }

render | names >"$WORK/service.names"
expect "$WORK/service.names" "names, and what is shared" <<'END'
ConfigMap apps shop-autoscaling 
ScaledObject apps shop-web 3
ScaledObject apps shop-worker 2
END
render --set batch.enabled=true | names >"$WORK/service.names"
expect "$WORK/service.names" "two in one release" <<'END'
ConfigMap apps shop-autoscaling 
ConfigMap apps shop-batch 
ScaledObject apps import 1
ScaledObject apps shop-web 3
ScaledObject apps shop-worker 2
END
[[ $(render --set autoscaling.enabled=false | names) == "" ]] || { echo "subchart.sh: its condition does not switch it off" >&2; exit 1; }
[[ $(render --set autoscaling.workloads.web.enabled=false | names) != *shop-web* ]] || { echo "subchart.sh: a workload is not switched off" >&2; exit 1; }
said=$(render --set autoscaling.workloads.web.replicas=3 2>&1) && { echo "subchart.sh: a wrong value is taken" >&2; exit 1; }
[[ $said == *"additional properties 'replicas' not allowed"* ]] || { echo "$said" >&2; exit 1; }
