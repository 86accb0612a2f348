#!/usr/bin/env bash
# What memory is free goes back to the system although no thread asks for more: `loadline serve` has a thread of jemalloc's
# that sees to it. Without one, what calls took at once stays for good (docs/performance.md).
# usage: free_memory.sh LOADLINE
set -euo pipefail
folder=$(mktemp -d)
coproc SERVE { exec "$1" serve --grpc.listen=127.0.0.1:0 --http.listen=127.0.0.1:0 --policies.path="$folder" \
  --set=sources.default.url=http://127.0.0.1:1 2>&1; }
serve=$SERVE_PID
trap 'kill "$serve" 2>/dev/null; rm -rf "$folder"' EXIT
while read -r line <&"${SERVE[0]}" && [[ $line != *'"event":"started"'* ]]; do :; done
if ! grep -q libjemalloc "/proc/$serve/maps"; then
  echo "not linked with jemalloc: nothing to see here"
  exit 0
fi
threads=$(cat "/proc/$serve"/task/*/comm)
grep -qx jemalloc_bg_thd <<<"$threads" || { echo "no thread gives memory back; there are: $threads"; exit 1; }
