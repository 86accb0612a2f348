#!/usr/bin/env bash
# Each row of refused.txt is refused, with its message. usage: refused.sh [FOLDER]     with refused.txt and values/minimal.yaml
set -euo pipefail
here=$(cd "${1:-$(dirname "$0")}" && pwd)
wrong=0 rows=0
while IFS= read -r line; do
  [[ $line != '#'* ]] || continue
  if [[ $line != '  '* ]]; then arguments=$line; continue; fi
  rows=$((rows + 1))
  version=(--kube-version 1.36.0)
  [[ $arguments != --kube-version* ]] || version=()
  # shellcheck disable=SC2086  # a row has several arguments
  if said=$("$HELM" template loadline "$CHART" --values "$here/values/minimal.yaml" "${version[@]}" $arguments 2>&1); then
    echo "refused.txt: $arguments: taken; want: $line" >&2
    wrong=1
  elif [[ $said != *"${line#  }"* ]]; then
    printf 'refused.txt: %s:\n  want:  %s\n  found: %s\n' "$arguments" "${line#  }" "$said" >&2
    wrong=1
  fi
done <"$here/refused.txt"
((rows > 30)) || { echo "refused.txt: only $rows rows were read" >&2; wrong=1; }
exit $wrong
