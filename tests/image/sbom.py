#!/usr/bin/env python3
"""The SBOM covers every file but itself, with its right sum, as part of one package that dpkg has in this version. A file that a
package brings is as the package brings it, unless it is said here to be made. usage: sbom.py ROOTFS"""
import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

root = Path(sys.argv[1])
SBOM = root / "usr/share/doc/loadline/sbom.spdx.json"
document = json.loads(SBOM.read_text())
problems = []


def expect(true, what):
    if not true:
        problems.append(what)


def sums(package):
    """What dpkg says that the package's files were when it was unpacked."""
    said = subprocess.run(["dpkg-query", "--control-show", package, "md5sums"], check=True, capture_output=True, text=True).stdout
    pairs = (line.split(maxsplit=1) for line in said.splitlines())
    return {("usr/" + path if path.startswith("lib") else path): md5 for md5, path in pairs}


files = {entry["fileName"].removeprefix("./"): entry for entry in document["files"]}
there = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and not path.is_symlink() and path != SBOM}
for path in sorted(there ^ set(files)):
    problems.append(f"{path}: {'not in the SBOM' if path in there else 'in the SBOM only'}")

packages = {entry["SPDXID"]: entry for entry in document["packages"]}
contains = [(r["spdxElementId"], r["relatedSpdxElement"]) for r in document["relationships"] if r["relationshipType"] == "CONTAINS"]
holders = Counter(file for _, file in contains)
path_of = {entry["SPDXID"]: path for path, entry in files.items()}
for path in sorted(there & set(files)):
    sum_of = {each["algorithm"]: each["checksumValue"] for each in files[path]["checksums"]}
    expect(sum_of["SHA256"] == hashlib.sha256((root / path).read_bytes()).hexdigest(), f"{path}: another SHA256")
    expect(holders[files[path]["SPDXID"]] == 1, f"{path}: of {holders[files[path]['SPDXID']]} packages")

MADE = ("etc/", "usr/share/doc/", "var/lib/dpkg/status.d/", "usr/lib/x86_64-linux-gnu/libicudata.so.")
for identity, package in packages.items():
    if package["name"] == "loadline":
        expect("commit " in package["sourceInfo"], f"loadline: {package['sourceInfo']}: names no commit")
        continue
    version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package["name"]], check=True, capture_output=True, text=True).stdout
    expect(package["versionInfo"] == version, f"{package['name']}: is {version}; the SBOM says {package['versionInfo']}")
    purl = unquote(package["externalRefs"][0]["referenceLocator"])
    expect(purl.startswith(f"pkg:deb/debian/{package['name']}@{version}?"), f"{package['name']}: {purl}")
    packaged = sums(package["name"]) if package["filesAnalyzed"] else {}
    for path in (path_of[file] for holder, file in contains if holder == identity):
        if not path.startswith(MADE):
            expect(packaged.get(path) == hashlib.md5((root / path).read_bytes()).hexdigest(), f"{path}: not as {package['name']} brings it")
print(f"   {len(files)} files of {sum(each['filesAnalyzed'] for each in packages.values())} packages; "
      f"{sum(not each['filesAnalyzed'] for each in packages.values())} more that it was compiled with")
sys.exit("\n".join(problems) or 0)
