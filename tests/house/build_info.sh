#!/usr/bin/env bash
# `loadline --version` says the commit; a build without a change leaves the file alone, so that nothing is compiled anew.
set -euo pipefail
source=$1 work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset LOADLINE_COMMIT SOURCE_DATE_EPOCH
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_CEILING_DIRECTORIES=$work
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com

write() { cmake -D SOURCE="$work/sources" -D OUTPUT="$work/build_info.cc" -D BUILD="release, GNU 12" -P "$source/cmake/build_info.cmake"; }
expect() { # WHAT COMMIT TIME
  local want="{\"$2\", \"$3\", \"release, GNU 12\"}"
  grep -qF "$want" "$work/build_info.cc" || { echo "$1: want $want; found: $(grep kBuildInfo "$work/build_info.cc")"; exit 1; }
}

mkdir "$work/sources"
write
expect "without git" unknown unknown

cd "$work/sources"
git init -q
echo one >file
git add file
GIT_COMMITTER_DATE=2026-11-24T06:00:00Z git commit -q -m one
commit=$(git rev-parse HEAD)
write
expect "a commit" "$commit" 2026-11-24T06:00:00Z

touch -d 2000-01-01 "$work/build_info.cc"
write
[[ $(date -r "$work/build_info.cc" +%Y) == 2000 ]] || { echo "nothing changed, and yet the file was written"; exit 1; }

echo two >file
write
expect "changed since" "$commit-dirty" 2026-11-24T06:00:00Z

LOADLINE_COMMIT=abc SOURCE_DATE_EPOCH=1700000000 write
expect "told" abc 2023-11-14T22:13:20Z
