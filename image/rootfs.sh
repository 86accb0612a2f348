#!/usr/bin/env bash
# Lays out the image's files in OUT, a new folder: the program, the libraries that it needs, time zones, authorities, and
# what says which packages all of it is from. On Debian 12, as root (one folder is the user's), with the packages of
# .ci/packages.txt and icu-devtools. The same packages and the same program give the same files.
# usage: image/rootfs.sh BINARY OUT      SOURCE_DATE_EPOCH: the time of all files; without it, the last commit's
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1 out=$2
user=65532  # as values.yaml of the chart
fail() { echo "rootfs: $1" >&2; exit 1; }
((EUID == 0)) || fail "needs root"
[[ -x $binary ]] || fail "$binary: is no program"
[[ ! -e $out ]] || fail "$out: is there already"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct)} || fail "set SOURCE_DATE_EPOCH, or build from git"
export SOURCE_DATE_EPOCH LC_ALL=C
umask 022

mkdir -p "$out"/{etc/ssl/certs,etc/loadline,usr/bin,usr/lib,usr/share,var/lib/loadline,tmp}
for folder in lib lib64; do ln -s "usr/$folder" "$out/$folder"; done
chown "$user:$user" "$out/var/lib/loadline"
chmod 1777 "$out/tmp"

# What no package's list of files has, with the package that it was made from.
made=$(mktemp)
trap 'rm -f "$made"' EXIT
is_from() { printf '%s\t%s\n' "$1" "$2" >>"$made"; } # PATH PACKAGE

# The file that a path leads to, at its own place, and the path as a link to it.
copy() {
  local real
  real=$(realpath "$1")
  [[ -e $out$real ]] || install -D -m "$(stat -c %a "$real")" "$real" "$out$real"
}

# The program, without its symbols.
install -m 755 "$binary" "$out/usr/bin/loadline"
strip --strip-all "$out/usr/bin/loadline"
is_from /usr/bin/loadline loadline

# Its libraries, each by the name that is asked for.
libraries=$(ldd "$binary")
! grep -q 'not found' <<<"$libraries" || fail "$binary: $(grep 'not found' <<<"$libraries")"
while read -r library; do
  copy "$library"
  real=$(realpath "$library")
  link=$(realpath "$(dirname "$library")")/$(basename "$library")
  mkdir -p "$(dirname "$out$link")"
  [[ -e $out$link ]] || ln -s --relative "$out$real" "$out$link"
done < <(grep -o '/[^ ]*' <<<"$libraries" | sort -u)
loader=$(grep -o '/lib64/[^ ]*' <<<"$libraries" || true)  # at the path that the program names
if [[ -n $loader ]]; then
  mkdir -p "$out/usr/lib64"
  [[ -e $out/usr$loader ]] || ln -s --relative "$out$(realpath "$loader")" "$out/usr$loader"
else
  rm "$out/lib64"
fi
icu=$(find "$out/usr/lib" -name 'libicudata.so.*' -type f)
if [[ -n $icu ]]; then
  "$here/icu_data.sh" "${icu#"$out"}" "$icu"
  is_from "${icu#"$out"}" "$(dpkg-query -S "${icu#"$out"}" | cut -d: -f1)"
fi

# Time zones: not right/, which counts leap seconds, nor posix/, which is the same again; nor localtime, a link to this machine's.
while read -r file; do
  [[ -d $file ]] || { mkdir -p "$(dirname "$out$file")" && cp -a "$file" "$out$file"; }
done < <(dpkg-query -L tzdata | grep '^/usr/share/zoneinfo/' | grep -v -E '/zoneinfo/(right|posix|localtime)(/|$)')

# The authorities as the package brings them; /etc/ssl/certs may have those of this machine, too.
find /usr/share/ca-certificates -name '*.crt' -print0 | sort -z | xargs -0 awk 1 >"$out/etc/ssl/certs/ca-certificates.crt"
is_from /etc/ssl/certs/ca-certificates.crt ca-certificates

# Names. The runtime mounts hosts and resolv.conf.
echo "loadline:x:$user:$user:loadline:/var/lib/loadline:/usr/sbin/nologin" >"$out/etc/passwd"
echo "loadline:x:$user:" >"$out/etc/group"
printf '%s\n' "passwd: files" "group: files" "hosts: files dns" >"$out/etc/nsswitch.conf"
for file in passwd group nsswitch.conf; do is_from "/etc/$file" loadline; done
copy /usr/lib/os-release
ln -s ../usr/lib/os-release "$out/etc/os-release"

"$here/packages.py" "$out" "$made" "$(dirname "$binary")"
find "$out" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
