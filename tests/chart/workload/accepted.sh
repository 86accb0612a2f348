#!/usr/bin/env bash
# What a real API server says of what is rendered (../api_server.sh starts it): each object is taken, strictly, with KEDA's
# definitions; and Loadline, which watches that API server, takes the policies and finds nothing to find.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
fail() { echo "accepted.sh: $1" >&2; exit 1; }
kubectl() { "$KUBECTL" "$@"; }

kubectl apply --server-side -f "$CRDS" >/dev/null
# Just after it was made a definition has no conditions, which `wait` takes for an error.
for ((i = 0; i < 100; i++)); do kubectl wait --for condition=Established crd --all >/dev/null 2>&1 && break; done

# ---- each object, each case in a namespace of its own ----
objects=0
for case in "$WORK"/workload/*.yaml; do
  name=$(basename "$case" .yaml)
  count=$(grep -c '^kind:' "$case" || true)
  ((count > 0)) || continue
  kubectl create namespace "$name" >/dev/null
  sed "s/namespace: data\b/namespace: $name/" "$case" >"$WORK/case.yaml"
  for how in --dry-run=server ""; do  # and then in earnest, for Loadline to see
    # shellcheck disable=SC2086  # none, or an option
    kubectl apply --server-side $how --validate=strict -f "$WORK/case.yaml" >"$WORK/said" 2>&1 || fail "$name: $(cat "$WORK/said")"
    [[ $(grep -c 'serverside-applied' "$WORK/said") == "$count" ]] || fail "$name: not every object was looked at: $(cat "$WORK/said")"
  done
  objects=$((objects + $(grep -cE '^kind: Scaled(Object|Job)$' "$case" || true)))
done
((objects > 10)) || fail "only $objects objects are scaled"

# ---- from a chart's own ScaledObject, in a release that is there ----
kubectl create namespace data >/dev/null
helm() { "$HELM" "$@" --namespace data >"$WORK/said" 2>&1 || fail "helm $1: $(cat "$WORK/said")"; }
uids() { kubectl -n data get scaledobject/cdc-worker triggerauthentication/cdc-worker-postgres -o jsonpath='{.items[*].metadata.uid}'; }
parent=$WORK/own-triggers
mkdir -p "$parent/templates" "$parent/charts"
printf 'apiVersion: v2\nname: cdc\nversion: 1.0.0\n' >"$parent/Chart.yaml"
cp "$here/before/scale-to-zero.yaml" "$parent/templates/"
helm install cdc "$parent"
before=$(uids)
rm "$parent/templates/scale-to-zero.yaml"
cp -r "$CHART" "$parent/charts/"
printf 'dependencies: [ { name: loadline-workload, version: ">=0.1.0" } ]\n' >>"$parent/Chart.yaml"
python3 -c 'import sys, yaml; yaml.safe_dump({"loadline-workload": yaml.safe_load(open(sys.argv[1]))}, sys.stdout)' \
  "$here/../../../examples/cdc-keda/chart/shadow.yaml" >"$parent/values.yaml"
helm upgrade cdc "$parent"
[[ $(wc -w <<<"$before") == 2 && $(uids) == "$before" ]] || fail "the ScaledObject, or its TriggerAuthentication, is made anew"
[[ $(kubectl -n data get scaledobject cdc-worker -o jsonpath='{.spec.triggers[*].type}') == *' memory external' ]] || fail "the upgrade brings no trigger"
helm upgrade cdc "$parent" --set loadline-workload.enabled=false
[[ ! $(kubectl -n data get scaledobjects,configmaps -l app.kubernetes.io/instance=cdc -o name) ]] || fail "what is switched off stays"
helm uninstall cdc

# ---- what Loadline finds ----
run=$WORK/findings
mkdir -p "$run/policies"
# The policy that is there already, as values/several.yaml has it.
cat >"$run/policies/kafka-consumer.yaml" <<'END'
apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: kafka-consumer }
spec:
  allowedNamespaces: ["*"]
  replicas: { min: 1, max: 12 }
  parameters: { topic: { pattern: "[a-z]+" }, partitions: { pattern: "[0-9]+" }, strict: { pattern: "true|false" } }
  signals: [ { name: lag, query: 'sum(kafka_lag{topic="${topic}",partitions="${partitions}",strict="${strict}"})', perReplica: 100 } ]
END
cat >"$run/loadline.yaml" <<END
grpc: { listen: "127.0.0.1:0" }
http: { listen: "127.0.0.1:0" }
policies: { path: "$run/policies" }
sources: { default: { url: "http://127.0.0.1:1" } }
kubernetes: { enabled: true, kubeconfig: "$KUBECONFIG" }
END
: >"$run/serve.log"  # there before the process that writes it
env -u LOADLINE -u LOADLINE_APPROVE -u LOADLINE_BINARY "$LOADLINE" serve --config "$run/loadline.yaml" 2>"$run/serve.log" &
serve=$!
trap 'kill "$serve" 2>/dev/null; wait "$serve" || true' EXIT
metrics() { curl -sf "http://127.0.0.1:$port/metrics"; }
eventually() {  # WHAT COMMAND...
  for ((i = 0; i < 300; i++)); do
    kill -0 "$serve" || { cat "$run/serve.log" >&2; exit 1; }
    ! "${@:2}" || return 0
    sleep 0.1
  done
  metrics | grep -E '^loadline_(finding|kubernetes_objects|policy_problems)' >&2 || true
  fail "never: $1"
}
started() { port=$(sed -n 's/.*"event":"started".*"http_port":\([0-9]*\).*/\1/p' "$run/serve.log"); [[ $port ]]; }
knows_all() { metrics | awk '/^loadline_kubernetes_objects.*Scaled/ { sum += $NF } END { exit sum != wanted }' wanted="$objects"; }
found() {  # NAMESPACE NAME FINDING, each
  metrics | sed -n 's/^loadline_finding{namespace="\([^"]*\)",name="\([^"]*\)".*finding="\([^"]*\)".*/\1 \2 \3/p' | sort
}
finds() { found | grep -q " $1\$"; }
eventually "it starts" started
eventually "all objects are known" knows_all
policies=$(cat "$WORK"/workload/*.yaml | grep -c '    kind: ScalingPolicy$')
in_force() { [[ $(curl -s "http://127.0.0.1:$port/readyz" | python3 -c 'import json, sys; print(json.load(sys.stdin)["policies"])') == $((policies + 1)) ]]; }
eventually "all policies are in force" in_force
metrics | grep '^loadline_policy_problems{' && fail "a policy has a problem"
# What is made wrong is found; so what is not found beside it, is not there. The others are notes of what the values say.
kubectl -n minimal patch scaledobject cdc-worker --type json -p '[{"op": "replace", "path": "/spec/triggers/0/metricType", "value": "Value"}]' >/dev/null
eventually "metricType: Value is found" finds metric_type_value
found | diff - <(cat <<'END'
cdc-shadow cdc-worker no_fallback
minimal cdc-worker metric_type_value
several index unresolved
targets canary no_fallback
END
) || fail "other findings than these"
kubectl -n cdc-all delete configmap -l loadline.dev/policies=true >/dev/null
eventually "a policy that is gone is found" finds policy_missing
