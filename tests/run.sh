#!/usr/bin/env bash
# Sets up, builds and runs all tests; leaves the program at build/loadline.
# usage: tests/run.sh [PRESET] [ctest options]    PRESET: dev (the default), release, asan, tsan, coverage
set -euo pipefail
cd "$(dirname "$0")/.."
preset=dev
case ${1-} in dev | release | asan | tsan | coverage) preset=$1; shift ;; esac

.ci/setup
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-2}
cmake --preset "$preset" >/dev/null
# On a crowded machine a compiler may be ended: CI asks once more, one at a time. Code that is wrong fails twice.
cmake --build --preset "$preset" || { [[ -n ${CI-} ]] && cmake --build --preset "$preset" --parallel 1; }
ctest --preset "$preset" --no-tests=error --parallel 2 --timeout 300 "$@"
