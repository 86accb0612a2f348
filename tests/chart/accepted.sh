#!/usr/bin/env bash
# What a real API server says of what the chart renders (api_server.sh starts it): each object, each pod under Pod Security's
# `restricted`, the rights, and an install with upgrades that keep the certificates.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
fail() { echo "accepted.sh: $1" >&2; exit 1; }
kubectl() { "$KUBECTL" "$@"; }

# ---- definitions, and namespaces ----
# A module's folder; nothing where the proxy cannot be reached. The checksum database has seen that it is the one.
module() { go mod download -json "$1" 2>/dev/null | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'; }
definitions() {  # WHAT MODULE FILES...: KEDA's come with tests/cluster
  local folder
  folder=$(module "$2")
  [[ $folder ]] || { echo "   left out: $1's definitions cannot be fetched"; return; }
  for file in "${@:3}"; do kubectl apply --server-side -f "$folder/$file" >/dev/null; done
}
kubectl apply --server-side -f "$CRDS" >/dev/null
definitions "the Prometheus operator" github.com/prometheus-operator/prometheus-operator@v0.85.0 \
  example/prometheus-operator-crd/monitoring.coreos.com_{servicemonitors,prometheusrules}.yaml
definitions cert-manager github.com/cert-manager/cert-manager@v1.21.2 deploy/crds/cert-manager.io_certificates.yaml
# Just after it was made a definition has no conditions, which `wait` takes for an error.
for ((i = 0; i < 100; i++)); do kubectl wait --for condition=Established crd --all >/dev/null 2>&1 && break; done
for each in loadline keda data payments autoscaling; do
  kubectl create namespace "$each" >/dev/null
  kubectl -n "$each" create serviceaccount existing-account >/dev/null
done
kubectl label namespace loadline pod-security.kubernetes.io/enforce=restricted >/dev/null
kubectl -n loadline create serviceaccount loadline >/dev/null

# ---- each object ----
known=$(kubectl api-resources --no-headers --output name)
for case in "$WORK"/rendered/*.yaml; do
  python3 "$here/known_kinds.py" "$case" "$known" >"$WORK/known.yaml"
  kubectl apply --server-side --dry-run=server --validate=strict -f "$WORK/known.yaml" >"$WORK/said" 2>&1 ||
    fail "$(basename "$case"): $(cat "$WORK/said")"
  [[ $(grep -c 'serverside-applied (server dry run)' "$WORK/said") == $(grep -c '^kind:' "$WORK/known.yaml") ]] ||
    fail "$(basename "$case"): not every object was looked at: $(cat "$WORK/said")"
  # Controllers make the pods later: would they be let in? A warning of Pod Security on the workload is not enough.
  python3 "$here/pod_of.py" "$case" >"$WORK/pod.yaml"
  kubectl -n loadline create --dry-run=server --validate=strict -f "$WORK/pod.yaml" >"$WORK/said" 2>&1 ||
    fail "$(basename "$case"): its pod: $(cat "$WORK/said")"
done
sed 's/runAsNonRoot: true/runAsNonRoot: false/' "$WORK/pod.yaml" >"$WORK/root.yaml"
kubectl -n loadline create --dry-run=server -f "$WORK/root.yaml" >"$WORK/said" 2>&1 && fail "Pod Security takes a pod that runs as root: this test shows nothing"
grep -q 'violates PodSecurity "restricted' "$WORK/said" || fail "$(cat "$WORK/said")"
kubectl -n loadline delete serviceaccount loadline >/dev/null

# ---- an install and its upgrades ----
helm() { "$HELM" "$@" --namespace loadline >"$WORK/said" 2>&1 || fail "helm $1: $(cat "$WORK/said")"; }
upgrade() { helm upgrade loadline "$CHART" --values "$here/values/self-made.yaml" "$@"; }
secrets() {
  kubectl -n loadline get secret loadline-tls -o jsonpath='{.data}'
  kubectl -n keda get secret loadline-loadline-client -o jsonpath='{.data}'
}
may() { [[ $(kubectl auth can-i "$@" --as system:serviceaccount:loadline:loadline 2>/dev/null) == yes ]]; }
rights() {  # NAMESPACE: what the ServiceAccount may do there, of all that is worth asking for
  local verb resource
  for resource in scaledobjects.keda.sh scaledjobs.keda.sh horizontalpodautoscalers.autoscaling configmaps events secrets pods deployments.apps; do
    for verb in get list watch create update patch delete; do
      ! may "$verb" "$resource" -n "$1" || echo "$verb $resource"
    done
  done
  for verb in get update patch; do
    ! may "$verb" deployments.apps --subresource status -n "$1" || echo "$verb deployments.apps/status"
  done
}
helm install loadline "$CHART" --values "$here/values/self-made.yaml"
made=$(secrets)
rights data >"$WORK/rights"
diff "$WORK/rights" - <<'END' || fail "other rights than expected in a namespace"
list scaledobjects.keda.sh
watch scaledobjects.keda.sh
list scaledjobs.keda.sh
watch scaledjobs.keda.sh
list horizontalpodautoscalers.autoscaling
watch horizontalpodautoscalers.autoscaling
list configmaps
watch configmaps
list events
watch events
create events
get deployments.apps/status
END
upgrade --set replicas=3
[[ $(secrets) == "$made" ]] || fail "an upgrade made other certificates"
[[ $(kubectl -n loadline get deployment loadline -o jsonpath='{.spec.replicas}') == 3 ]] || fail "the upgrade changed nothing"
upgrade --set tls.clientName=another
[[ $(secrets) != "$made" ]] || fail "the certificates are not made anew for another name"
made=$(secrets)
kubectl -n keda delete secret loadline-loadline-client >/dev/null
upgrade --set tls.clientName=another
[[ $(secrets) != "$made" ]] || fail "a pair of which one half was deleted is not made anew"
upgrade --set-json 'config.kubernetes.namespaces=["payments"]'
[[ $(rights data) == "" ]] || fail "with namespaces: rights in another one: $(rights data)"
[[ $(rights payments | wc -l) == 12 ]] || fail "with namespaces: $(rights payments)"
upgrade --set config.kubernetes.enabled=false --set-json 'policies.existingConfigMaps=["p"]'
[[ $(rights data)$(rights loadline) == "" ]] || fail "without Kubernetes: rights: $(rights loadline)"
may update configmap/loadline-overrides -n loadline && fail "without tokens: a right to write overrides"
upgrade --set http.tokens.secret=tokens
may update configmap/loadline-overrides -n loadline || fail "with tokens: no right to write overrides"
may update configmap/another -n loadline && fail "with tokens: a right to write another ConfigMap"
kubectl -n loadline patch configmap loadline-overrides --type merge -p '{"data": {"pin.yaml": "kept"}}' >/dev/null
upgrade --set http.tokens.secret=tokens,replicas=4
[[ $(kubectl -n loadline get configmap loadline-overrides -o jsonpath='{.data.pin\.yaml}') == kept ]] || fail "an upgrade loses what operators have set"
upgrade --set data.volume=persistentVolumeClaim
[[ $(kubectl -n loadline get deployment,statefulset -o name) == statefulset.apps/loadline ]] || fail "emptyDir to claims: a StatefulSet in place of the Deployment"
helm uninstall loadline
left=$(kubectl get all,secrets,configmaps,serviceaccounts,networkpolicies,poddisruptionbudgets,roles,rolebindings,clusterroles,clusterrolebindings,clustertriggerauthentications \
  -A -l app.kubernetes.io/instance=loadline -o name)
[[ $left == "" ]] || fail "uninstall leaves $left"
