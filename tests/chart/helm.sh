#!/usr/bin/env bash
# Prints the path of helm, which is built from its Go module where the cache has none: Debian has no helm. The first time
# takes about three minutes of processor time. Without Go, or without the module proxy, it says so and ends with 77.
set -euo pipefail
version=v4.3.1
store=${CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/loadline-e2e}/helm-$version
if [[ ! -x $store/helm ]]; then
  command -v go >/dev/null || { echo "tests/chart: skipped, as there is no Go to build helm with" >&2; exit 77; }
  echo "tests/chart: building helm $version" >&2
  source "$(dirname "$0")/../cluster/go_flags.sh"
  GOBIN=$store go install "helm.sh/helm/v4/cmd/helm@$version" >&2 ||
    { echo "tests/chart: skipped, as helm cannot be built" >&2; exit 77; }
fi
echo "$store/helm"
