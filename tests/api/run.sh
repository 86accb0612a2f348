#!/usr/bin/env bash
# The admin API against its own OpenAPI document, by Schemathesis (from PyPI): whatever the document allows is answered
# as the document says, whatever it does not allow is refused, and nothing is a server's error.
# usage: tests/api/run.sh [options of `schemathesis run`]    Without --seed each run tries others; it prints its seed.
# Needs build/loadline. Where PyPI cannot be reached it says so and ends with 77.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=${XDG_CACHE_HOME:-$HOME/.cache}/loadline-api/$(sha256sum tests/api/requirements.txt | cut -c1-12)
if [[ ! -x $tools/bin/schemathesis ]]; then
  rm -rf "$tools"
  python3 -m venv "$tools"
  if ! "$tools/bin/pip" install --quiet --disable-pip-version-check -r tests/api/requirements.txt; then
    rm -rf "$tools"
    echo "tests/api/run.sh: skipped, as Schemathesis cannot be installed from PyPI" >&2
    exit 77
  fi
fi

run=$(mktemp -d)
stop() {
  trap - EXIT
  [[ -z $(jobs -p) ]] || kill $(jobs -p) 2>/dev/null || true
  wait || true
  rm -rf "$run"
}
trap stop EXIT

# A binding that decides without a Prometheus, one that cannot, and a reader and an operator.
mkdir "$run/policies"
cat >"$run/policies/policies.yaml" <<END
apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: office, namespace: data }
spec:
  replicas: { max: 9 }
  signals:
    - name: open
      schedule: { timezone: UTC, windows: [ { start: "0 8 * * *", end: "0 18 * * *", replicas: 5 } ] }
---
apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: lag, namespace: data }
spec: { replicas: { max: 9 }, signals: [ { name: lag, query: lag, perReplica: 10 } ] }
END
token=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')
echo "operator $token schemathesis" >"$run/tokens"
chmod 600 "$run/tokens"
build/loadline serve --grpc.listen=127.0.0.1:0 --http.listen=127.0.0.1:0 --http.rateLimit=0 --tick.interval=200ms \
  --tick.delay=20ms --tick.budget=150ms --policies.path="$run/policies" --dataDir="$run/data" \
  --http.tokensFile="$run/tokens" --set=sources.default.url=http://127.0.0.1:1 2>"$run/serve.log" &
port() { sed -n "s/.*\"event\":\"started\".*\"$1_port\":\([0-9]*\).*/\1/p" "$run/serve.log"; }
for ((i = 0; i < 100 && $(port http | wc -c) == 0; i++)); do
  kill -0 %1 || { cat "$run/serve.log" >&2; exit 1; }
  sleep 0.1
done
for policy in office lag; do
  build/loadline probe "127.0.0.1:$(port grpc)" --policy "$policy" --namespace data --name "$policy" >/dev/null || true
done

"$tools/bin/schemathesis" --config-file tests/api/schemathesis.toml run "http://127.0.0.1:$(port http)/api/v1/openapi.json" \
  --header "Authorization: Bearer $token" --max-examples 100 --request-timeout 10 --no-color "$@"
kill -0 %1  # it still serves
