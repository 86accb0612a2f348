#!/usr/bin/env bash
# Applies each deliberate bug of list.txt to a copy of the tree, one at a time, and says whether its test fails, as it
# must. Tries what is committed, in a git worktree with a build folder of its own; takes some ten seconds for each.
# usage: tests/mutations/run.sh [FIRST [LAST]]   numbers of the list's entries
# MUTATIONS_TREE=DIR keeps the worktree there, so that a second run need not build everything.
set -euo pipefail
cd "$(dirname "$0")/../.."
list=$PWD/tests/mutations/list.txt
tree=${MUTATIONS_TREE-}
if [[ -z $tree ]]; then
  parent=$(mktemp -d)
  tree=$parent/tree
  trap 'git worktree remove --force "$tree"; rmdir "$parent"' EXIT
fi
[[ -e $tree ]] || git worktree add --quiet --detach "$tree" HEAD
git -C "$tree" checkout --quiet --force --detach "$(git rev-parse HEAD)"

export CCACHE_BASEDIR=$tree CCACHE_NOHASHDIR=1 LOADLINE_SEED=${LOADLINE_SEED-1}
build() { nice -n 3 cmake --build "$tree/build" --parallel 2 --target "$@" >"$tree/build/mutation.log" 2>&1; }
(cd "$tree" && cmake --preset dev >/dev/null)
build unit_scaling unit_schedule || { tail -20 "$tree/build/mutation.log"; exit 2; }

# Line I of the list's entries, with the four values between tabs.
entries() {
  awk '/^file: /{f=substr($0,7)} /^find: /{s=substr($0,7)} /^put:/{p=substr($0,6)}
       /^test: /{print f "\t" s "\t" (p == "" ? " " : p) "\t" substr($0,7)}' "$list"
}
# The first text stands once in the file: that is what makes it a mutation of what is meant.
replace() {
  python3 - "$1" "$2" "$3" <<'PYTHON'
import sys
path, find, put = sys.argv[1:]
text = open(path).read()
if text.count(find) != 1:
    sys.exit(f"{path}: {text.count(find)} times: {find}")
open(path, "w").write(text.replace(find, put))
PYTHON
}

caught=0 tried=0 number=0 bad=0
printf '%-3s %-8s %-34s %s\n' '#' result file test
while IFS=$'\t' read -r file find put test; do
  number=$((number + 1))
  ((number >= ${1-1} && number <= ${2-9999})) || continue
  tried=$((tried + 1))
  program=unit_scaling
  [[ $test == schedule:* ]] && program=unit_schedule test=${test#schedule: }
  # Catch2 takes a comma for "or" and a bracket for a tag.
  name=$(sed 's/[][,*\\]/\\&/g' <<<"$test")
  result=caught
  if ! replace "$tree/$file" "$find" "$put"; then
    result=NOTFOUND
  elif ! build "$program"; then
    result=NOBUILD
  else
    # A test that is not there must not count as one that fails.
    output=$(timeout 120 "$tree/build/tests/$program" "$name" 2>&1) && result=MISSED
    grep -q 'No test cases matched' <<<"$output" && result=NOTEST
  fi
  [[ $result == caught ]] && caught=$((caught + 1)) || bad=$((bad + 1))
  printf '%-3s %-8s %-34s %s\n' "$number" "$result" "${file#src/scaling/}" "$test"
  git -C "$tree" checkout --quiet -- "$file"
done < <(entries)
echo "$caught of $tried caught"
((bad == 0))
