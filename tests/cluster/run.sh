#!/usr/bin/env bash
# A real KEDA and a real HPA follow the real `loadline serve`, which asks a real Prometheus. Builds what is missing, runs in
# a network namespace of its own where it may, so that no port clashes, and ends all that it started.
# usage: tests/cluster/run.sh [go test flags, such as -run TestZero]
# Skipped, with the reason and exit code 0, where there is no Go of go.mod's version.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if [[ -z ${CLUSTER_BIN-} ]]; then
  wanted=$(sed -n 's/^go \([0-9]*\.[0-9]*\).*/\1/p' "$here/go.mod")
  found=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null || true)
  if [[ $found != "go$wanted"* ]]; then
    echo "SKIPPED tests/cluster: needs Go $wanted to build etcd, Kubernetes and KEDA; found ${found:-none}"
    exit 0
  fi
  "$root/.ci/setup"
  cmake -S "$root" --preset dev >/dev/null
  # What is of Go beside what is of C++: while one waits for downloads, or links, the other has the processors.
  programs=$(mktemp)
  set -m  # so that it can be ended with all that it has started
  (cd "$here" && ./build.sh >"$programs" && source ./go_flags.sh && go test -c -o "$root/build/cluster.test" . &&
    { "$root/tests/chart/helm.sh" >/dev/null || true; }) &
  trap 'kill -- -$! 2>/dev/null || true; rm -f "$programs"' EXIT
  cmake --build "$root/build" --parallel 2 --target loadline hpa_check >/dev/null
  wait $!
  trap - EXIT
  set +m
  CLUSTER_BIN=$(<"$programs")
  rm "$programs"
  CLUSTER_HELM=$("$root/tests/chart/helm.sh") || CLUSTER_HELM=
  export CLUSTER_BIN CLUSTER_ROOT=$root CLUSTER_HELM
  if unshare --map-root-user --net --mount true 2>/dev/null && command -v ip >/dev/null; then
    # /etc/hosts is another there: TestChart says in it which pods there are, as DNS would. An API server takes no loopback address
    # for a pod's: TestKubectlPlugin goes by the other one.
    export CLUSTER_HOSTS=/etc/hosts GODEBUG=netdns=go
    exec unshare --map-root-user --net --mount bash -c 'hosts=$(mktemp) && cp /etc/hosts "$hosts" && mount --bind "$hosts" /etc/hosts &&
      rm "$hosts" && ip link set lo up && ip address add 192.0.2.1/32 dev lo && exec "$0" "$@"' "$here/run.sh" "$@"
  fi
  echo "tests/cluster: no network namespace to be had, so on this machine's loopback" >&2
fi
flags=()
for each in "$@"; do [[ $each == -run ]] && each=-test.run; flags+=("$each"); done
exec "$root/build/cluster.test" -test.v -test.timeout 30m -test.parallel 14 "${flags[@]}"
