#!/usr/bin/env bash
# Writes OUT, a libicudata of LIBRARY's data without what is for text: 27 of 31 MB. What stays are calendars, time zones and
# numbers, by which libical reckons recurrences in calendars other than the usual one. Nothing else here uses ICU.
# docs/decisions/0011-image.md says why.
# usage: image/icu_data.sh LIBRARY OUT
set -euo pipefail
library=$1 out=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

soname=$(objdump -p "$library" | awk '$1 == "SONAME" {print $2}')
symbol=$(nm -D --defined-only "$library" | awk '$3 ~ /^icudt[0-9]+_dat$/ {print $3}')
[[ -n $soname && -n $symbol ]] || { echo "icu_data: $library: is no libicudata" >&2; exit 1; }

# icupkg goes by the name that the package has within, and gives the new one that of its file: icudt72l.
package=${symbol%_dat}l.dat
mkdir "$work/all" "$work/small"
objcopy -O binary --only-section=.rodata "$library" "$work/all/$package"
# Collation, word breaks, transliteration, spelled-out numbers; names of languages, countries, currencies, units and zones;
# code pages; names of characters.
icupkg -l "$work/all/$package" | grep -E '/|\.cnv$|^unames\.icu$' >"$work/remove.txt"
icupkg -r "$work/remove.txt" "$work/all/$package" "$work/small/$package"

cat >"$work/data.s" <<END
.section .rodata
.balign 16
.globl $symbol
.type $symbol, %object
$symbol:
.incbin "$work/small/$package"
.size $symbol, . - $symbol
.section .note.GNU-stack, "", %progbits
END
g++ -shared -nostdlib -Wl,-soname,"$soname" -Wl,--build-id=none -o "$out" "$work/data.s"
strip --strip-all "$out"
