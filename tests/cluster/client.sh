#!/usr/bin/env bash
# KEDA's own external scalers as clients of build/loadline, without a cluster.
# usage: tests/cluster/client.sh [go test flags, such as -run TestRule41]
# Skipped, with the reason and exit code 77, where there is no Go of go.mod's version, or its modules are not to be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
CLUSTER_ROOT=$(cd "$here/../.." && pwd)
export CLUSTER_ROOT
skip() { echo "SKIPPED tests/cluster/client: $1"; exit 77; }
wanted=$(sed -n 's/^go \([0-9]*\.[0-9]*\).*/\1/p' "$here/go.mod")
found=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null || true)
[[ $found == "go$wanted"* ]] || skip "needs Go $wanted to build KEDA's scalers; found ${found:-none}"
cd "$here"
source ./go_flags.sh
(go list -m -f '{{.Dir}}' github.com/kedacore/keda/v2 | grep -q .) || skip "KEDA's modules are not here: run tests/cluster/build.sh"
exec nice -n 5 go test -vet=off -count 1 -timeout 5m "$@" ./client
