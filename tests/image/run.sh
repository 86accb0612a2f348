#!/usr/bin/env bash
# The image: built of a program that is there, without a daemon, a base image or a registry; what is in it; and what it does,
# run by an OCI runtime as the chart's pod would be. README.md says more.
# usage: tests/image/run.sh
# Needs build/loadline (or LOADLINE_BINARY), root, and from Debian buildah, crun and icu-devtools. Where it cannot be run it
# says so and ends with 77.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
binary=${LOADLINE_BINARY:-$root/build/loadline}
skip() { echo "image: left out: $1" >&2; exit 77; }
((EUID == 0)) || skip "needs root"
[[ $(. /etc/os-release && echo "$ID$VERSION_ID") == debian12 ]] || skip "needs Debian 12: the image has its libraries"
for tool in buildah crun icupkg prometheus; do command -v "$tool" >/dev/null || skip "there is no $tool (.ci/setup buildah crun icu-devtools)"; done
# The container's cgroups: the machine's may be laid out as crun does not take them.
own_namespaces=(unshare --mount --net --pid --mount-proc --fork --kill-child)  # what runs within ends with it
"${own_namespaces[@]}" sh -c "umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup" 2>/dev/null ||
  skip "this sandbox permits no mounts, no network of its own, or no cgroups"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '[storage]\ndriver = "vfs"\ngraphroot = "%s/graph"\nrunroot = "%s/run"\n' "$work" "$work" >"$work/storage.conf"
export CONTAINERS_STORAGE_CONF=$work/storage.conf SOURCE_DATE_EPOCH=1764115200
unset LOADLINE_BINARY
step() { printf -- '-- %s\n' "$1"; }

step "it is built, and the same again"
"$root/image/build.sh" "$binary" loadline:one >/dev/null
"$root/image/build.sh" "$binary" loadline:two >/dev/null
digest() { buildah inspect --type image --format '{{.FromImageDigest}}' "$1"; }
[[ $(digest loadline:one) == "$(digest loadline:two)" ]] || { echo "image: built twice, two images" >&2; exit 1; }
buildah inspect --type image loadline:one >"$work/image.json"
files=$(buildah mount "$(buildah from loadline:one)")

step "what is in it";                     "$here/contents.py" "$files" "$work/image.json"
step "each file's package is said";       "$here/sbom.py" "$files"
step "calendars are whole";               "$here/icu_calendars.py" "$files"
step "it serves as the chart's pod";      "${own_namespaces[@]}" "$here/serve.py" "$files" "$work/image.json" "$binary" "$work"
echo "all well"
