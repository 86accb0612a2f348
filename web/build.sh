#!/usr/bin/env bash
# Writes web/dist from web/src, once the types are right. With --dir it writes into another folder.
# usage: web/build.sh [--dir FOLDER]    Ends with 77 where node or its packages cannot be had.
set -euo pipefail
cd "$(dirname "$0")"
./npm.sh
out=dist
[[ ${1-} != --dir ]] || out=$2
node_modules/.bin/tsc --noEmit
node build.mjs "$out"
