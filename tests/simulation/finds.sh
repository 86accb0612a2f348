#!/bin/sh
# Each deliberate bug of bugs.txt is found by its invariant. finds.sh PROGRAM
set -eu
folder=$(dirname "$0")
grep -v '^#' "$folder/bugs.txt" | while read -r bug invariant; do
  said=$("$1" --days 60 --break "$bug" --only "$invariant" 2>/dev/null) || true
  found=$(printf '%s\n' "$said" | sed -n "s/^VIOLATION of $invariant in the world of seed [0-9]*, after /after /p" | head -n 1)
  if [ -z "$found" ]; then
    echo "$bug: $invariant does not find it"
    exit 1
  fi
  echo "$bug: found by $invariant $found"
done
