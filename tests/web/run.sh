#!/usr/bin/env bash
# The page in a real browser, of the real program: what it shows is what the API says, by keyboard, for everybody, live, and
# fast with ten thousand bindings. Screenshots are in build/web-shots (SHOTS).
# usage: tests/web/run.sh [files of tests/web]    Needs build/loadline (or LOADLINE_BINARY).
# Where chromium, node or its packages cannot be had it says so and ends with 77.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
LOADLINE_BINARY=$(realpath "${LOADLINE_BINARY:-$root/build/loadline}")
CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
export LOADLINE_BINARY CHROMIUM
if [[ ! -x $CHROMIUM ]]; then
  echo "tests/web: left out, as there is no $CHROMIUM" >&2
  exit 77
fi
"$root/web/npm.sh"
(($# > 0)) || set -- "$here"/*.test.mjs
node --test --test-reporter=spec --test-concurrency=1 --test-timeout=300000 "$@"
