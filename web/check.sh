#!/usr/bin/env bash
# Whether web/dist is what is built of web/src.
# usage: web/check.sh    Where node or npm cannot be had it says so and ends with 77.
set -euo pipefail
cd "$(dirname "$0")"
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
./build.sh --dir "$built"
diff -r dist "$built" || { echo "web: dist is not what is built of src: run web/build.sh and commit it" >&2; exit 1; }
echo "web: dist is what is built of src"
