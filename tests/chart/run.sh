#!/usr/bin/env bash
# The charts: what they render, what they refuse, whether `loadline` takes the options and policies that they render, and whether
# a real API server takes the objects. README.md says more.
# usage: tests/chart/run.sh [--no-api-server]      LOADLINE_APPROVE=1 writes approved/ and charts/manifests/ anew, for you to read
# Needs build/loadline (or LOADLINE_BINARY). Where helm cannot be had it says so and ends with 77.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
HELM=$("$here/helm.sh")
export HELM LOADLINE=${LOADLINE_BINARY:-$root/build/loadline} CHART=$root/charts/loadline
WORK=$(mktemp -d)
export WORK
trap 'rm -rf "$WORK"' EXIT
cd "$root"

step() { printf -- '-- %s\n' "$1"; }
step "the schema of config has serve's options"; charts/options_schema.py --check
step "every value is described";                 "$here/described.py" "$CHART"
step "what is rendered";                         "$here/rendered.sh"
step "TLS, where nothing is said";                "$here/tls_by_default.sh"
step "its rights are those of the example";       "$here/rights.py" examples/kubernetes/rbac.yaml "$WORK/rendered/cert-manager.yaml"
step "what is refused";                          "$here/refused.sh"
step "loadline takes its options and policies";  "$here/options.py" "$LOADLINE" "$WORK"/rendered/*.yaml
step "its own certificates, in use";              "$here/mutual_tls.sh"
step "alerts and runbooks";                      "$here/alerts.sh"
step "as a subchart";                            "$here/subchart.sh"
"$here/workload/run.sh" "$@"
if [[ ${1-} != --no-api-server ]]; then
  step "a real API server";                      "$here/api_server.sh" "$here/accepted.sh"
fi
echo "all well"
