#!/bin/sh
# A seed repeats a run: the same decisions, faults and checks, to the last count. repeats.sh PROGRAM
set -eu
one=$("$1" --days 20 --seed 77 2>/dev/null)
two=$("$1" --days 20 --seed 77 2>/dev/null)
[ "$one" = "$two" ] || {
  echo "two runs of one seed differ"
  exit 1
}
