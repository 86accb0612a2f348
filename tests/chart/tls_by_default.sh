#!/usr/bin/env bash
# Nothing but an image and a Prometheus is said: gRPC has TLS, asks for a certificate, and lets one name in; the notes say what a
# trigger's authentication is. It is plain text only where that is said.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
fail() { echo "tls_by_default.sh: $1" >&2; exit 1; }
notes() { "$HELM" install loadline "$CHART" --dry-run=client --namespace loadline --values "$here/values/minimal.yaml" "$@" |
          sed -n '/^NOTES:/,$p'; }

python3 - "$WORK/rendered/minimal.yaml" "$WORK/rendered/plain-text.yaml" <<'END'
import sys, yaml
def options(path):
    documents = [each for each in yaml.safe_load_all(open(path)) if each]
    config = next(each for each in documents if each["kind"] == "ConfigMap" and "loadline.yaml" in each["data"])
    return yaml.safe_load(config["data"]["loadline.yaml"]).get("grpc", {}).get("tls"), {each["kind"] for each in documents}
tls, kinds = options(sys.argv[1])
assert tls and tls["certificateFile"] and tls["keyFile"] and tls["clientCaFile"], tls
assert tls["allowedClientNames"] == ["keda-operator"], tls
assert {"Secret", "ClusterTriggerAuthentication"} <= kinds, kinds
tls, kinds = options(sys.argv[2])
assert not tls and not {"Secret", "ClusterTriggerAuthentication"} & kinds, (tls, kinds)
END
said=$(notes)
for word in "kind: ClusterTriggerAuthentication" caCert tlsClientCert tlsClientKey; do
  [[ $said == *"$word"* ]] || fail "the notes do not say $word"
done
[[ $said != *"plain text"* ]] || fail "the notes warn of plain text, which it is not"
[[ $(notes --set keda.triggerAuthentication.create=false) == *"yours to make"*tlsClientKey* ]] || fail "the notes do not say what to make"
[[ $(notes --set tls.mutual=false) != *tlsClientKey* ]] || fail "the notes want a key that nobody asks for"
[[ $(notes --set tls.mode=none) == *"plain text"* ]] || fail "the notes do not warn of plain text"
