#!/usr/bin/env bash
# The main job, seen in one terminal: a pipeline under load, a real Prometheus, and `loadline serve`, whose answers the
# number of workers follows as KEDA and the HPA would follow them. Ctrl-C ends all of it.
# usage: examples/quickstart.sh [--once]    --once: two minutes at most, without a terminal; exit code 0 if all was seen
set -euo pipefail
cd "$(dirname "$0")/.."
scale=30  # what takes 30 s in a cluster takes 1 s here

.ci/setup
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
echo "building (a few minutes the first time) ..."
build() {
  cmake --preset dev &&
    cmake --build --preset dev --parallel "${CMAKE_BUILD_PARALLEL_LEVEL:-2}" --target loadline quickstart_pipeline
}
mkdir -p build
if ! build >build/quickstart.log 2>&1; then
  tail -40 build/quickstart.log >&2
  echo "quickstart: the build failed; all that it said is in build/quickstart.log" >&2
  exit 1
fi

run=$(mktemp -d)
stop() {
  trap - EXIT INT TERM
  local pids
  pids=$(jobs -p)
  [[ -z $pids ]] || kill $pids 2>/dev/null || true
  wait || true
  rm -rf "$run"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A port that nobody listens on.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}
listening() { # PORT WHAT LOG
  for ((i = 0; i < 200; i++)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    sleep 0.05
  done
  echo "quickstart: $2 does not listen; its log says:" >&2
  tail -5 "$3" >&2
  exit 1
}
exporter=$(free_port) prometheus=$(free_port) grpc=$(free_port) http=$(free_port)
ms() { echo "$(($1 * 1000 / scale))ms"; }

# The policy for a cluster, its durations divided by the time scale.
mkdir "$run/policies"
SCALE=$scale perl -pe 's{\b(\d+)([smh])\b}{int($1 * {s => 1000, m => 60000, h => 3600000}->{$2} / $ENV{SCALE}) . "ms"}ge unless /^\s*#/' \
  examples/quickstart/policy.yaml >"$run/policies/policy.yaml"
build/loadline validate "$run/policies" >/dev/null

cat >"$run/prometheus.yml" <<END
global: { scrape_interval: $(ms 15), scrape_timeout: $(ms 15) }
scrape_configs:
  - job_name: pipeline
    static_configs: [{ targets: ["127.0.0.1:$exporter"] }]
END
prometheus --config.file="$run/prometheus.yml" --storage.tsdb.path="$run/tsdb" --web.listen-address="127.0.0.1:$prometheus" \
  >"$run/prometheus.log" 2>&1 &

cat >"$run/loadline.yaml" <<END
grpc: { listen: "127.0.0.1:$grpc" }
http: { listen: "127.0.0.1:$http" }
tick: { interval: $(ms 15), delay: $(ms 3), budget: $(ms 12) }
policies: { path: "$run/policies" }
dataDir: "$run/data"
journal: { heartbeat: $(ms 300) }
sources: { default: { url: "http://127.0.0.1:$prometheus" } }
END
build/loadline serve --config "$run/loadline.yaml" 2>"$run/loadline.log" &
listening "$prometheus" Prometheus "$run/prometheus.log"
listening "$grpc" Loadline "$run/loadline.log"

# A second policy, to be replayed beside the one in force: twice the workers for the same lag.
sed 's/name: cdc-worker/name: cdc-eager/; s/perReplica: 60/perReplica: 30/' "$run/policies/policy.yaml" >"$run/eager.yaml"
server="--server http://127.0.0.1:$http"
ask=(
  "build/loadline explain data/orders-cdc $server"
  "build/loadline explain data/orders-cdc --at 3s $server"
  "build/loadline history data/orders-cdc $server"
  "build/loadline replay --journal $run/data/journal.db --object data/orders-cdc --policy $run/policies/policy.yaml
    --policy $run/eager.yaml --polling $(ms 30) --cooldown $(ms 300) --sync $(ms 15) --down-window $(ms 120)
    --start-delay 1 --heartbeat $(ms 300) --html build/quickstart.html"
  "build/loadline probe 127.0.0.1:$grpc --policy cdc-worker --namespace data --name orders-cdc --metadata pipeline=orders"
  "curl -fsS --noproxy 127.0.0.1 http://127.0.0.1:$http/readyz"
)
cat <<END

Time scale $scale: what takes $scale s in a cluster takes 1 s here.
  tick, scrape, HPA sync   15 s  -> $(ms 15)
  KEDA's poll              30 s  -> $(ms 30)
  KEDA's cooldown          5 m   -> $(ms 300)
Times and lag below are the cluster's. While this runs, look at
  http://127.0.0.1:$http/   the page: what it does, and why
and ask:
$(printf '  %s\n' "${ask[@]}" | sed 's/^    --/        --/; /^  build.*policy.yaml$/s/$/ \\/; /^        --policy.*[0-9]ms$/s/$/ \\/')

END
build/examples/quickstart_pipeline --exporter "127.0.0.1:$exporter" --scaler "127.0.0.1:$grpc" --api "http://127.0.0.1:$http" \
  --time-scale "$scale" "$@" &
pipeline=$!

# What is shown to try is tried where nobody looks on.
if [[ ${1-} == --once ]]; then
  for command in "${ask[@]}"; do
    for ((i = 0; i < 50; i++)); do
      $command >"$run/asked" 2>&1 && continue 2
      sleep 0.2
    done
    printf 'quickstart: %s\n' "$command" "$(tail -5 "$run/asked")" >&2
    exit 1
  done
fi
wait $pipeline
