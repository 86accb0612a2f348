#!/usr/bin/env bash
# Whether web/dist is what is built of web/src, and how large it is by gzip -9, of the 150 KB that it may have.
# usage: web/check.sh    Where node or npm cannot be had it says so and ends with 77.
set -euo pipefail
cd "$(dirname "$0")"
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
./build.sh --dir "$built"
diff -r dist "$built" || { echo "web: dist is not what is built of src: run web/build.sh and commit it" >&2; exit 1; }
size=0
while IFS= read -r -d '' file; do
  ((size += $(gzip -9nc "$file" | wc -c)))
done < <(find dist -type f -print0)
((size <= 150000)) || { echo "web: dist has $size bytes by gzip -9: 150000 at most" >&2; exit 1; }
echo "web: dist is what is built of src: $size bytes by gzip -9"
