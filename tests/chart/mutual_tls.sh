#!/usr/bin/env bash
# The certificates that the chart makes, in use: serve takes the pod's Secret with the options that are rendered, KEDA's Secret
# opens the port by the name that scalerAddress says, and nothing else does.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
run=$WORK/mutual-tls
python3 - "$WORK/rendered/self-made.yaml" "$run" <<'END'
import base64, pathlib, sys, yaml
objects = [each for each in yaml.safe_load_all(open(sys.argv[1])) if each]
for each in objects:
    if each["kind"] == "Secret":
        folder = pathlib.Path(sys.argv[2], each["metadata"]["namespace"])
        folder.mkdir(parents=True, exist_ok=True)
        for key, value in each["data"].items():
            (folder / key).write_bytes(base64.b64decode(value))
options = next(yaml.safe_load(each["data"]["loadline.yaml"]) for each in objects if each["kind"] == "ConfigMap")
tls = options["grpc"]["tls"]
for field in ("certificateFile", "keyFile", "clientCaFile"):
    tls[field] = tls[field].replace("/etc/loadline/tls", sys.argv[2] + "/loadline")
pathlib.Path(sys.argv[2], "loadline.yaml").write_text(yaml.safe_dump({
    "grpc": {"listen": "127.0.0.1:0", "tls": tls}, "http": {"listen": "127.0.0.1:0"}, "policies": {"path": sys.argv[2] + "/policies"},
    "sources": {"default": {"url": "http://127.0.0.1:1"}}}))
pathlib.Path(sys.argv[2], "policies").mkdir()
pathlib.Path(sys.argv[2], "policies/office.yaml").write_text("""apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: office, namespace: default }
spec:
  replicas: { max: 9 }
  signals: [ { name: open, schedule: { timezone: UTC, windows: [ { start: "0 0 * * *", end: "0 0 * * *", replicas: 5 } ] } } ]
""")
END
: >"$run/serve.log"  # there before the process that writes it
env -u LOADLINE -u LOADLINE_APPROVE -u LOADLINE_BINARY "$LOADLINE" serve --config "$run/loadline.yaml" 2>"$run/serve.log" &
serve=$!
trap 'kill "$serve" 2>/dev/null; wait || true' EXIT
for ((i = 0; i < 100; i++)); do
  port=$(sed -n 's/.*"event":"started".*"grpc_port":\([0-9]*\).*/\1/p' "$run/serve.log")
  [[ ! $port ]] || break
  kill -0 "$serve" || { cat "$run/serve.log" >&2; exit 1; }
  sleep 0.1
done
expect() {  # EXIT-CODE WHAT OPTIONS
  local code=0
  env -u LOADLINE_APPROVE -u LOADLINE_BINARY "$LOADLINE" probe "127.0.0.1:$port" --policy office "${@:3}" >"$run/said" 2>&1 || code=$?
  [[ $code == "$1" ]] || { echo "mutual_tls.sh: $2: exit code $code, want $1: $(cat "$run/said")" >&2; exit 1; }
}
client=(--tls-ca "$run/keda/ca.crt" --tls-cert "$run/keda/tls.crt" --tls-key "$run/keda/tls.key")
for name in loadline.loadline loadline.loadline.svc loadline.loadline.svc.cluster.local; do
  expect 0 "KEDA's certificate, $name" "${client[@]}" --tls-server-name "$name"
done
expect 2 "no client certificate" --tls-ca "$run/keda/ca.crt" --tls-server-name loadline.loadline.svc
expect 2 "a name that the certificate does not have" "${client[@]}" --tls-server-name other.loadline.svc
expect 2 "plain text"
expect 2 "the pod's own certificate in place of KEDA's" --tls-ca "$run/keda/ca.crt" --tls-cert "$run/loadline/tls.crt" \
  --tls-key "$run/loadline/tls.key" --tls-server-name loadline.loadline.svc
grep -q 'PERMISSION_DENIED: .*allowedClientNames' "$run/said" || { cat "$run/said" >&2; exit 1; }
