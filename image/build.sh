#!/usr/bin/env bash
# Builds the image of a program that is there already, by buildah: no daemon, no base image, no registry. The last part of the
# Dockerfile is what it goes by, so that the image is the same as the one which the whole of it makes.
# As root on Debian 12, with icu-devtools and buildah. The same program and the same packages give the same layer.
# usage: image/build.sh BINARY NAME[:TAG]      SOURCE_DATE_EPOCH: the time of all files; without it, the last commit's
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1 name=$2
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/rootfs.sh" "$binary" "$work/rootfs"
sed -n '/^FROM scratch/,$p' "$here/../Dockerfile" >"$work/Dockerfile"
mkdir "$work/context"
buildah build --quiet --build-context build="$work" --timestamp "$SOURCE_DATE_EPOCH" --file "$work/Dockerfile" --tag "$name" "$work/context"
