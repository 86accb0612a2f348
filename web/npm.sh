#!/usr/bin/env bash
# Links node_modules to the packages of package-lock.json, which come from npm, once.
# usage: web/npm.sh    Where they cannot be had it says so and ends with 77.
set -euo pipefail
cd "$(dirname "$0")"
store=${XDG_CACHE_HOME:-$HOME/.cache}/loadline-web/$(cat package.json package-lock.json .npmrc | sha256sum | cut -c1-12)
if [[ ! -d $store ]]; then
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "web: left out, as there is no node or no npm" >&2
    exit 77
  fi
  if (($(node --version | tr -dc '0-9.' | cut -d. -f1) < 20)); then
    echo "web: left out, as node is older than 20: $(node --version)" >&2
    exit 77
  fi
  mkdir -p "$(dirname "$store")"
  making=$(mktemp -d "$store.XXXX")
  trap 'rm -rf "$making"' EXIT
  cp package.json package-lock.json .npmrc "$making/"
  (cd "$making" && npm ci --silent >&2) ||
    { echo "web: left out, as its packages cannot be had from npm" >&2; exit 77; }
  mv "$making" "$store" 2>/dev/null || [[ -d $store ]]  # another run may have been quicker
fi
ln -sfn "$store/node_modules" node_modules
