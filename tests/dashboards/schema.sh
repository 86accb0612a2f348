#!/usr/bin/env bash
# Holds dashboards against Grafana's own schema (schema/dashboard.ts). Grafana's packages come from npm, once.
# usage: tests/dashboards/schema.sh DASHBOARD.json...    Where they cannot be had it says so and ends with 77.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mapfile -t files < <(realpath "$@")
store=${XDG_CACHE_HOME:-$HOME/.cache}/loadline-dashboards/$(cat "$here"/schema/* | sha256sum | cut -c1-12)
if [[ ! -d $store ]]; then
  command -v npm >/dev/null || { echo "tests/dashboards: not held against Grafana's schema, as there is no npm" >&2; exit 77; }
  mkdir -p "$(dirname "$store")"
  making=$(mktemp -d "$store.XXXX")
  trap 'rm -rf "$making"' EXIT
  cp "$here"/schema/* "$making/"
  (cd "$making" && npm install --silent --no-audit --no-fund --ignore-scripts --no-package-lock >&2) ||
    { echo "tests/dashboards: not held against Grafana's schema, as its packages cannot be had from npm" >&2; exit 77; }
  mv "$making" "$store"
fi
cd "$store"
node check.mjs "${files[@]}"
