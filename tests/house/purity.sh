#!/usr/bin/env bash
# The pure core reads no clock, opens no file, starts no thread, draws no chance and logs nothing: what the standard library would
# let it do, and the include paths cannot refuse.
# usage: purity.sh SOURCE_DIR [--self-test]
set -euo pipefail
cd "$1"

forbidden='system_clock::now|steady_clock::now|high_resolution_clock|clock_gettime|gettimeofday|\btime\(|<fstream>|<filesystem>|<cstdio>|<iostream>|fopen|<unistd\.h>|<fcntl\.h>|<thread>|<mutex>|<future>|<atomic>|<condition_variable>|std::async|jthread|<random>|random_device|\brand\(|<spdlog|getenv|thread_local'

find_impure() { grep -nE "$forbidden" "$@" | grep -vE '^[^:]*:[0-9]+: *//' || true; }

if [[ ${2-} == --self-test ]]; then
  # Each of these must be found, or the check checks nothing.
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  for line in 'auto t = std::chrono::system_clock::now();' '#include <fstream>' '#include <thread>' '#include <mutex>' 'time(nullptr);' 'getenv("X");' '#include <spdlog/spdlog.h>' 'std::random_device seed;'; do
    echo "$line" >"$folder/impure.cc"
    [[ -n $(find_impure -H "$folder/impure.cc") ]] || { echo "not found: $line"; exit 1; }
  done
  echo "the check finds what it should"
  exit 0
fi

mapfile -t files < <(find src/base src/series src/forecast src/document src/schedule src/scaling src/migrate -name '*.cc' -o -name '*.h' | grep -E '^src/(base|series|forecast|document|schedule|scaling|migrate)/')
((${#files[@]} > 20)) || { echo "found only ${#files[@]} files of the core: is this the source folder?"; exit 1; }
impure=$(find_impure -H "${files[@]}")
if [[ -n $impure ]]; then
  echo "the pure core must not:"
  echo "$impure"
  exit 1
fi
echo "${#files[@]} files of the core are pure"
