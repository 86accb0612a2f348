# Sourced: what each build by Go here has in common, so that it finds what another one has compiled. Without inlining and
# debug information the compiler takes 0.75 of the processor time (etcd: 57 s against 76 s), and nothing here is in such a hurry.
GOFLAGS="$(go env GOFLAGS) -p=${JOBS:-2} -buildvcs=false \"-gcflags=all=-l -dwarf=false\""
export GOFLAGS
