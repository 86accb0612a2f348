#!/usr/bin/env bash
# Runs a command beside a real API server, with KUBECONFIG, KUBECTL and CRDS (KEDA's definitions) set, and ends the server
# after it. etcd and kube-apiserver are those of tests/cluster; in a network namespace of its own, so that no port clashes.
# usage: tests/chart/api_server.sh COMMAND [ARGUMENTS]     Where they cannot be built it says so, and ends with 0.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [[ -z ${CLUSTER_BIN-} ]]; then
  wanted=$(sed -n 's/^go \([0-9]*\.[0-9]*\).*/\1/p' "$here/../cluster/go.mod")
  [[ $(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) == "go$wanted"* ]] ||
    { echo "SKIPPED: no API server, as it needs Go $wanted"; exit 0; }
  CLUSTER_BIN=$("$here/../cluster/build.sh")
  export CLUSTER_BIN
  if unshare --map-root-user --net true 2>/dev/null && command -v ip >/dev/null; then
    exec unshare --map-root-user --net bash -c 'ip link set lo up && exec "$0" "$@"' "$0" "$@"
  fi
  echo "tests/chart: no network namespace to be had, so on this machine's loopback" >&2
fi
run=$(mktemp -d)
children=()
stop() {
  trap - EXIT
  # Not asked to end: without its etcd the API server would take a minute for that.
  ((${#children[@]} == 0)) || kill -9 "${children[@]}" 2>/dev/null || true
  { wait; } 2>/dev/null || true
  rm -rf "$run"
}
trap stop EXIT
etcd=22700 etcd_peer=22701 api=22702

certificate() {  # NAME SUBJECT SUBJECT-ALTERNATIVE-NAME
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$run/$1.key" -subj "$2" 2>/dev/null |
    openssl x509 -req -CA "$run/ca.crt" -CAkey "$run/ca.key" -CAcreateserial -days 2 -out "$run/$1.crt" \
      -extfile <(echo "subjectAltName=$3") 2>/dev/null
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=ca -keyout "$run/ca.key" -out "$run/ca.crt" 2>/dev/null
openssl pkey -in "$run/ca.key" -pubout -out "$run/accounts.pub"
certificate server /CN=kube-apiserver IP:127.0.0.1
certificate admin /O=system:masters/CN=admin DNS:admin
cat >"$run/kubeconfig" <<END
{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: c}}],
 clusters: [{name: c, cluster: {server: "https://127.0.0.1:$api", certificate-authority: $run/ca.crt}}],
 users: [{name: c, user: {client-certificate: $run/admin.crt, client-key: $run/admin.key}}]}
END
"$CLUSTER_BIN/etcd" --data-dir "$run/etcd" --unsafe-no-fsync --log-level error --name e --initial-cluster "e=http://127.0.0.1:$etcd_peer" \
  --listen-client-urls "http://127.0.0.1:$etcd" --advertise-client-urls "http://127.0.0.1:$etcd" \
  --listen-peer-urls "http://127.0.0.1:$etcd_peer" --initial-advertise-peer-urls "http://127.0.0.1:$etcd_peer" >"$run/etcd.log" 2>&1 &
children+=($!)
"$CLUSTER_BIN/kube-apiserver" --etcd-servers "http://127.0.0.1:$etcd" --bind-address 127.0.0.1 --advertise-address 127.0.0.1 \
  --secure-port "$api" --endpoint-reconciler-type none --authorization-mode RBAC --service-cluster-ip-range 10.0.0.0/24 \
  --tls-cert-file "$run/server.crt" --tls-private-key-file "$run/server.key" --client-ca-file "$run/ca.crt" \
  --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$run/accounts.pub" \
  --service-account-signing-key-file "$run/ca.key" >"$run/kube-apiserver.log" 2>&1 &
children+=($!)

export KUBECONFIG=$run/kubeconfig KUBECTL=$CLUSTER_BIN/kubectl CRDS=$CLUSTER_BIN/crds
for ((i = 0; i < 300; i++)); do
  "$KUBECTL" get --raw /readyz >/dev/null 2>&1 && break
  kill -0 "${children[0]}" 2>/dev/null && kill -0 "${children[1]}" 2>/dev/null && ((i < 299)) || { tail -n 5 "$run"/*.log >&2; exit 1; }
  sleep 0.1
done
"$@"
