#!/usr/bin/env python3
"""Writes into the image what its files are from: each package's copyright, its state as dpkg has it (what scanners of images
read), and the SBOM, SPDX 2.3 in /usr/share/doc/loadline/sbom.spdx.json. Every file belongs to one package, or this fails.

usage: packages.py ROOTFS MADE BUILD
    MADE    lines PATH<tab>PACKAGE: files that no package's list has, with the package that they were made from
    BUILD   the program's build folder: whose headers it was compiled with. Without Ninja's record there, nothing is said of it
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

INFO = Path("/var/lib/dpkg/info")
SBOM = "usr/share/doc/loadline/sbom.spdx.json"
FIELDS = ["Package", "Version", "Architecture", "source:Package", "source:Version", "Maintainer", "Homepage"]


def canonical(path):
    """A path of a package's list, as it is on a system whose /lib is /usr/lib."""
    return re.sub(r"^/(lib|lib64|bin|sbin)/", r"/usr/\1/", path)


def owners():
    """Which package has a file, by dpkg's lists."""
    found = {}
    for listing in sorted(INFO.glob("*.list")):
        package = listing.stem.split(":")[0]
        for path in listing.read_text().splitlines():
            found.setdefault(canonical(path), package)
    return found


def installed():
    """What dpkg knows of every package."""
    shown = subprocess.run(["dpkg-query", "-W", "-f", "\t".join("${%s}" % field for field in FIELDS) + "\n"],
                           check=True, capture_output=True, text=True).stdout
    rows = (dict(zip(FIELDS, line.split("\t"))) for line in shown.splitlines())
    return {row["Package"]: row for row in rows}


def files_of(root):
    return sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def origins(root, made, owned):
    """The package of each file."""
    found = {}
    for file in files_of(root):
        path = "/" + str(file.relative_to(root))
        package = made.get(path) or owned.get(path)
        if package is None:
            sys.exit(f"packages: {path}: is of no package")
        found[path] = package
    return found


def add_what_packages_say(root, packages):
    for package in packages:
        copyright_text = Path(f"/usr/share/doc/{package}/copyright")
        if not copyright_text.exists():
            sys.exit(f"packages: {copyright_text}: is not there; was Debian installed without documentation?")
        target = root / f"usr/share/doc/{package}/copyright"
        target.parent.mkdir(parents=True)
        shutil.copyfile(copyright_text.resolve(), target)
    states = subprocess.run(["dpkg-query", "-s", *packages], check=True, capture_output=True, text=True).stdout
    (root / "var/lib/dpkg/status.d").mkdir(parents=True)
    for state in states.rstrip("\n").split("\n\n"):
        package = state.splitlines()[0].removeprefix("Package: ")
        (root / f"var/lib/dpkg/status.d/{package}").write_text(state + "\n")


def headers_packages(build, owned):
    """The packages whose headers the program was compiled with: templates and inline functions are in it."""
    if not (build / ".ninja_deps").exists():
        return set()
    said = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], check=True, capture_output=True, text=True).stdout
    headers, of_program = set(), False
    for line in said.splitlines():
        if not line.startswith(" "):
            of_program = line.startswith(("src/", "proto/"))
        elif of_program:
            headers.add(line.strip())
    return {owned[header] for header in map(os.path.realpath, headers) if header in owned}


def digest(file, algorithm):
    return hashlib.new(algorithm, file.read_bytes()).hexdigest()


def spdx_id(kind, text):
    return f"SPDXRef-{kind}-" + re.sub(r"[^A-Za-z0-9.-]", "-", text)


def file_entry(root, path):
    file = root / path[1:]
    return {"SPDXID": "SPDXRef-File-" + hashlib.sha256(path.encode()).hexdigest()[:20], "fileName": "." + path,
            "checksums": [{"algorithm": name.upper(), "checksumValue": digest(file, name)} for name in ("sha1", "sha256")],
            "licenseConcluded": "NOASSERTION", "copyrightText": "NOASSERTION"}


def package_entry(of, release):
    package = of["Package"]
    purl = f"pkg:deb/debian/{quote(package)}@{quote(of['Version'])}"
    purl += f"?arch={of['Architecture']}&distro=debian-{release}"
    return {"SPDXID": spdx_id("Package", package), "name": package, "versionInfo": of["Version"],
            "supplier": "Person: " + re.sub(r"\s*<(.*)>", r" (\1)", of["Maintainer"]), "downloadLocation": "NOASSERTION",
            "sourceInfo": f"built from {of['source:Package']} {of['source:Version']}",
            "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}]}


def loadline_entry(root):
    said = subprocess.run([root / "usr/bin/loadline", "--version"], check=True, capture_output=True, text=True).stdout
    version, *rest = said.splitlines()
    return {"SPDXID": spdx_id("Package", "loadline"), "name": "loadline", "versionInfo": version.split()[1],
            "downloadLocation": "NOASSERTION", "sourceInfo": "; ".join(rest), "primaryPackagePurpose": "APPLICATION",
            "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION"}


def sbom_of(root, made, owned, compiled_with):
    release = re.search(r'^VERSION_ID="?([0-9.]+)', (root / "usr/lib/os-release").read_text(), re.M).group(1)
    of_file = origins(root, made, owned)
    known = installed()
    files, packages, relations = [], [], []

    def relate(one, how, other):
        relations.append({"spdxElementId": one, "relationshipType": how, "relatedSpdxElement": other})

    relate("SPDXRef-DOCUMENT", "DESCRIBES", spdx_id("Package", "loadline"))
    for package in sorted(set(of_file.values())):
        entry = loadline_entry(root) if package == "loadline" else package_entry(known[package], release)
        contents = [file_entry(root, path) for path in sorted(of_file) if of_file[path] == package]
        sums = "".join(sorted(file["checksums"][0]["checksumValue"] for file in contents))
        entry["filesAnalyzed"] = True
        entry["packageVerificationCode"] = {"packageVerificationCodeValue": hashlib.sha1(sums.encode()).hexdigest()}
        files += contents
        packages.append(entry)
        for file in contents:
            relate(entry["SPDXID"], "CONTAINS", file["SPDXID"])
        if package != "loadline":
            relate(spdx_id("Package", "loadline"), "DEPENDS_ON", entry["SPDXID"])
    for package in sorted(compiled_with - set(of_file.values())):
        packages.append(package_entry(known[package], release) | {"filesAnalyzed": False})
        relate(spdx_id("Package", package), "BUILD_DEPENDENCY_OF", spdx_id("Package", "loadline"))

    content = hashlib.sha256(json.dumps([packages, files], sort_keys=True).encode()).hexdigest()
    created = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "loadline-image",
            "documentNamespace": f"https://loadline.dev/spdx/image/{content}",
            "creationInfo": {"created": created, "creators": ["Tool: loadline-image-packages.py"]},
            "packages": packages, "files": files, "relationships": relations}


def main():
    root, build = Path(sys.argv[1]), Path(sys.argv[3])
    made = dict(line.split("\t") for line in Path(sys.argv[2]).read_text().splitlines())
    owned = owners()
    packages = sorted(set(origins(root, made, owned).values()) - {"loadline"})
    add_what_packages_say(root, packages)
    made |= {f"/{place}": package for package in packages
             for place in (f"usr/share/doc/{package}/copyright", f"var/lib/dpkg/status.d/{package}")}
    target = root / SBOM
    document = sbom_of(root, made, owned, headers_packages(build, owned))
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
