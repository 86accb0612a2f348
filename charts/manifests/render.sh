#!/usr/bin/env bash
# Renders the manifests of this folder, for clusters without helm: charts/manifests/NAME.yaml from values/NAME.yaml.
# usage: charts/manifests/render.sh HELM VALUES       LOADLINE_APPROVE=1 tests/chart/run.sh renders all of them
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sed -n '/^#/p; /^[^#]/q' "$2"
"$1" template loadline "$here/../loadline" --namespace loadline --kube-version 1.36.0 --values "$2" |
  sed -e '/^# Source: /d' -e '/^ *helm.sh\/chart: /d' -e 's/managed-by: Helm/managed-by: kubectl/'
