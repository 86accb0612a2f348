#!/usr/bin/env bash
# Says of each deliberate bug of keda.txt whether its test fails with it, as it must, and passes without. Tries what is
# committed, in a git worktree with a build folder of its own, where all bugs are built in behind a switch (switch.py).
# usage: tests/mutations/keda.sh [RULE...]   such as 17 S4; all of them without
# MUTATIONS_TREE=DIR keeps the worktree there, so that a second run need not build everything.
# Without Go those of tests/cluster/client are skipped, and said to be.
set -euo pipefail
cd "$(dirname "$0")/../.."
tree=${MUTATIONS_TREE-}
if [[ -z $tree ]]; then
  parent=$(mktemp -d)
  tree=$parent/tree
  trap 'git worktree remove --force "$tree"; rmdir "$parent"' EXIT
fi
[[ -e $tree ]] || git worktree add --quiet --detach "$tree" HEAD
git -C "$tree" checkout --quiet --force --detach "$(git rev-parse HEAD)"
python3 "$tree/tests/mutations/switch.py" "$tree"

export CCACHE_BASEDIR=$tree CCACHE_NOHASHDIR=1 GRPC_VERBOSITY=NONE CLUSTER_ROOT=$tree
seed=${LOADLINE_SEED-1}
unset LOADLINE_SEED # `serve`, which the clients call, would take it for an option
programs=$(sed -n 's/^program: //p' "$tree/tests/mutations/keda.txt" | sort -u | grep -vx client)
(cd "$tree" && cmake --preset dev >/dev/null)
# shellcheck disable=SC2086  # one word each
nice -n 5 cmake --build "$tree/build" --parallel 2 --target loadline $programs >"$tree/build/mutation.log" 2>&1 ||
  { tail -30 "$tree/build/mutation.log"; exit 2; }
client=$tree/build/tests/client
(cd "$tree/tests/cluster" && source ./go_flags.sh && nice -n 5 go test -vet=off -c -o "$client" ./client) || rm -f "$client"

# run PROGRAM TEST: 0 passes, 1 fails by what it asserts, 2 there is no such test, 3 it crashed or did not end
run() {
  local output status=0
  if [[ $1 == client ]]; then
    output=$(cd "$tree/tests/cluster/client" && timeout 120 "$client" -test.run "^$2\$" 2>&1) || status=1
  else
    # Catch2 takes a comma for "or" and a bracket for a tag.
    output=$(LOADLINE_SEED=$seed timeout 120 "$tree/build/tests/$1" "$(sed 's/[][,*\\]/\\&/g' <<<"$2")" 2>&1 | tr -d '\0') || status=1
  fi
  # What a crash leaves has neither Catch2's count of failures nor Go's, or says so.
  [[ $status == 1 ]] && ! grep -qE '^(test cases|assertions):.* failed|^--- FAIL' <<<"$output" && status=3
  grep -qE 'fatal error condition|^panic:' <<<"$output" && status=3
  grep -qE 'No test cases matched|no tests to run' <<<"$output" && status=2
  return $status
}

caught=0 tried=0 bad=0
printf '%-4s %-8s %s\n' rule result test
while IFS=$'\t' read -r rule program test; do
  [[ $# == 0 || " $* " == *" $rule "* ]] || continue
  if [[ $program == client && ! -x $client ]]; then
    printf '%-4s %-8s %s\n' "$rule" SKIPPED "$test (no Go)"
    continue
  fi
  tried=$((tried + 1)) result=caught without=0 with=0
  run "$program" "$test" || without=$?
  DELIBERATE_BUG=$rule run "$program" "$test" || with=$?
  [[ $with == 0 ]] && result=MISSED
  [[ $with == 3 ]] && result=CRASHED     # so nothing is known of what it asserts
  [[ $without =~ [13] ]] && result=FAILS  # without the bug, too
  [[ $without == 2 ]] && result=NOTEST
  if [[ $result == caught ]]; then caught=$((caught + 1)); else bad=$((bad + 1)); fi
  printf '%-4s %-8s %s\n' "$rule" "$result" "$test"
done < <(awk '/^rule: /{r=substr($0,7)} /^program: /{p=substr($0,10)} /^test: /{print r "\t" p "\t" substr($0,7)}' "$tree/tests/mutations/keda.txt")
echo "$caught of $tried caught"
((bad == 0))
