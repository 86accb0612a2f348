#!/usr/bin/env bash
# The build refuses an include that goes up the order of rooms (src/CMakeLists.txt), and takes one that goes down.
# usage: upward_include.sh BUILD_DIR
# It compiles two lines with each room's own flags, from compile_commands.json, so that it is the build itself that is tried.
set -euo pipefail
build=$1

# room: the compiler and its arguments for one of the room's files, without input and output. CMake writes an entry's command in a
# line before its file's, and the command ends with "-o OUTPUT -c FILE".
flags_of() {
  awk -v room="/src/$1/" '/"command":/ { command = $0 } /"file":/ && index($0, room) { print command; exit }' \
    "$build/compile_commands.json" |
    sed -E 's/^ *"command": "//; s/",?$//; s/ -o .*//; s/\\"/"/g; s/\\\\/\\/g; s/^[^ ]*ccache //'
}

try() { # room, header: whether the room may include it
  printf '#include "%s"\n' "$2" | eval "$(flags_of "$1") -fsyntax-only -x c++ -" 2>"$build/upward_include.log"
}

failed=0
must_take() { try "$1" "$2" || { echo "$1 must be able to include $2:"; head -3 "$build/upward_include.log"; failed=1; }; }
must_refuse() {
  if try "$1" "$2"; then
    echo "$1 must not be able to include $2"; failed=1
  elif ! grep -q 'No such file or directory' "$build/upward_include.log"; then
    echo "$1 including $2 failed, but not as it should:"; head -3 "$build/upward_include.log"; failed=1
  fi
}

must_take scaling series/aggregate.h
must_take scaling base/time.h
must_take scaling forecast/forecaster.h
must_take controller scaling/decide.h
must_take cli sources/policy_folder.h
must_take kubernetes sources/policy_set.h
must_take api kubernetes/cluster_watch.h
must_take api replay/history_replay.h
must_take replay sources/prometheus_source.h
must_refuse base series/aggregate.h
must_refuse replay journal/journal.h
must_refuse replay controller/controller.h
must_refuse controller replay/history_replay.h
must_refuse series scaling/decide.h
must_refuse forecast scaling/decide.h
must_refuse scaling system/clock.h
must_refuse scaling controller/controller.h
must_refuse system scaling/decide.h
must_refuse sources controller/controller.h
must_refuse sources kubernetes/watch.h
must_refuse kubernetes controller/controller.h
must_refuse controller kubernetes/watch.h
must_refuse controller api/admin_api.h
must_refuse controller sources/policy_folder.h
must_refuse api cli/serve_options.h
must_take journal scaling/ports.h
must_refuse journal controller/controller.h
must_refuse controller journal/journal.h
must_refuse api journal/journal.h
must_take notify scaling/ports.h
must_refuse notify controller/controller.h
must_refuse notify journal/journal.h
must_refuse controller notify/notifier.h
((failed == 0)) && echo "the build refuses upward includes"
exit $failed
