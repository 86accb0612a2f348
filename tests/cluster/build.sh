#!/usr/bin/env bash
# Builds etcd, the Kubernetes control plane and KEDA from the modules that go.mod pins, once for each set of pins, and prints
# the folder with the programs. The first time takes as long as README.md says, and 7 GB for Go's caches.
set -euo pipefail
cd "$(dirname "$0")"
source ./go_flags.sh
store=${CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/loadline-e2e}
bin=$store/$(cat go.mod go.sum build.sh go_flags.sh | sha256sum | head -c 12)
if [[ ! -e $bin/done ]]; then
  mkdir -p "$bin/crds"
  module_version() { go list -m -f '{{.Version}}' "$1"; }
  kubernetes=$(module_version k8s.io/kubernetes) keda=$(module_version github.com/kedacore/keda/v2)
  # An API server that does not know its version says v0.0.0, and clients refuse to talk to it.
  IFS=. read -r major minor _ <<<"${kubernetes#v}"
  stamps="-X k8s.io/component-base/version.gitVersion=$kubernetes -X k8s.io/component-base/version.gitMajor=$major"
  stamps+=" -X k8s.io/component-base/version.gitMinor=$minor -X github.com/kedacore/keda/v2/version.Version=${keda#v}"
  while read -r program package; do
    [[ -x $bin/$program ]] && continue
    echo "tests/cluster: building $program" >&2
    go build -ldflags "-s -w $stamps" -o "$bin/$program" "$package"
  done <<'END'
etcd go.etcd.io/etcd/server/v3
kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager
kubectl k8s.io/kubernetes/cmd/kubectl
keda-operator github.com/kedacore/keda/v2/cmd/operator
keda-adapter github.com/kedacore/keda/v2/cmd/adapter
END
  cp --no-preserve=mode "$(go list -m -f '{{.Dir}}' github.com/kedacore/keda/v2)"/config/crd/bases/*.yaml "$bin/crds/"
  touch "$bin/done"
fi
echo "$bin"
