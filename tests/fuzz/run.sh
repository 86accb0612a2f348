#!/bin/bash
# Runs fuzzers, one after the other, each for so many seconds on its corpus and on what earlier runs have added to it.
# Prints what each did, and what all did since the build folder was made. Fails where something was found.
# usage: tests/fuzz/run.sh SECONDS [NAME...]
#   FUZZERS   where they are (build-fuzz/fuzz)
#   KEPT      where new inputs, findings, logs and counts go (build-fuzz/fuzzed)
set -u
here=$(cd "$(dirname "$0")" && pwd)
fuzzers=${FUZZERS:-$here/../../build-fuzz/fuzz}
kept=${KEPT:-$here/../../build-fuzz/fuzzed}
seconds=${1:?usage: run.sh SECONDS [NAME...]}
shift
if [ $# -eq 0 ]; then
  for each in "$fuzzers"/*_fuzz; do set -- "$@" "$(basename "$each" _fuzz)"; done
fi
mkdir -p "$kept/findings" "$kept/logs"

# What is longer is no news for most, and slow; what a document or a page needs is.
longest() {
  case $1 in
    text | time | cron | expression | formula | query | tokens) echo 512 ;;
    document | homed | migrate | http | kubernetes | scenario) echo 8192 ;;
    *) echo 4096 ;;
  esac
}

stat_of() { sed -n "s/^stat::$2: *//p" "$1" | tail -1; }

# Of an allocation two frames say enough: an input that found something is run again by itself.
export ASAN_OPTIONS=malloc_context_size=2:quarantine_size_mb=32

found=0
row='%-14s %12s %9s %8s %9s\n'
printf "$row" fuzzer runs runs/s new findings
for name in "$@"; do
  corpus=$kept/corpus/$name
  log=$kept/logs/$name
  mkdir -p "$corpus"
  options=(-max_total_time="$seconds" -max_len="$(longest "$name")" -timeout=20 -print_final_stats=1 -verbosity=1
    -artifact_prefix="$kept/findings/$name-")
  [ "$name" = commands ] && options+=(-close_fd_mask=2)  # what they say to people would fill the log
  [ -f "$here/words/$name" ] && options+=(-dict="$here/words/$name")
  begun=$(date +%s)
  nice -n 19 "$fuzzers/${name}_fuzz" "${options[@]}" "$corpus" "$here/corpus/$name" >"$log" 2>&1
  status=$?
  findings=$((status != 0 && status != 72))  # 72: it was interrupted
  lasted=$(($(date +%s) - begun))
  runs=$(stat_of "$log" number_of_executed_units)
  new=$(stat_of "$log" new_units_added)
  found=$((found + findings))
  printf "$row" "$name" "${runs:-0}" "$((${runs:-0} / (lasted > 0 ? lasted : 1)))" "${new:-0}" "$findings"
  printf '%s\t%s\t%s\t%s\t%s\n' "$name" "${runs:-0}" "$lasted" "${new:-0}" "$findings" >>"$kept/runs.tsv"
done

echo
echo "All runs so far:"
printf "$row" fuzzer runs seconds new findings
sort "$kept/runs.tsv" | awk -F'\t' -v row="$row" '
  function tell() { if (name != "") printf row, name, runs, seconds, new, found }
  $1 != name { tell(); name = $1; runs = seconds = new = found = 0 }
  { runs += $2; seconds += $3; new += $4; found += $5; all += $2; time += $3; fresh += $4; bad += $5 }
  END { tell(); printf row, "all", all, time, fresh, bad }'
[ "$found" -eq 0 ]
