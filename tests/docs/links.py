#!/usr/bin/env python3
"""Every relative link in every markdown file leads to a file that is there, and to a heading that is there.
Every path in `code` that begins with a folder of this repository is there, too.

usage: links.py SOURCE_DIR
"""

import os
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True  # before what lies beside this file is imported

import markdown

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`]+)`", re.S)
FOLDERS = ("src", "docs", "examples", "tests", "charts", "config", "image", "proto", "cmake", ".ci")
PATH = re.compile(rf"^(?:{'|'.join(re.escape(each) for each in FOLDERS)})/[\w./*-]*$")
PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b(?!\.md)|NAME|ROOM|FILE")  # tests/unit/ROOM/FILE_test.cc: anybody's


def pages(root):
    said = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "*.md"], capture_output=True, text=True)
    found = said.stdout.split() if said.returncode == 0 else [str(each.relative_to(root)) for each in root.rglob("*.md")]
    return sorted(each for each in set(found) if (root / each).is_file())


def is_there(base, path):
    return any(base.glob(path)) if "*" in path else (base / path).exists()


def problems(root):
    parsed = {name: markdown.read((root / name).read_text()) for name in pages(root)}
    known = {name: markdown.anchors(page) for name, page in parsed.items()}
    links = 0
    for name, page in parsed.items():
        text = markdown.prose_text(page)
        for link in LINK.findall(re.sub(r"`[^`\n]*`", "", text)) + LINK.findall(" ".join(re.findall(r"\[[^]]*\]\([^)]*\)", text))):
            if re.match(r"^[a-z]+:", link):
                continue
            links += 1
            path, _, anchor = link.partition("#")
            target = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name
            if not (root / target).exists():
                yield f"{name}: {link}: there is no {target}"
            elif anchor and target in known and anchor not in known[target]:
                yield f"{name}: {link}: {target} has no heading of that anchor"
        for path in (" ".join(each.split()) for each in CODE.findall(text)):
            if PATH.match(path) and not PLACEHOLDER.search(path) and not is_there(root, path):
                yield f"{name}: `{path}`: there is none"
    cookbook = root / "examples/cookbook"
    for policy in cookbook.glob("*.yaml"):
        for each in (policy, policy.with_suffix(".scenario")):
            if f"({each.name})" not in (cookbook / "README.md").read_text() or not each.exists():
                yield f"examples/cookbook/README.md: {each.name}: is not in it, or is not there"
    mapped = (root / "docs/README.md").read_text()
    for page in (root / "docs").glob("*.md"):
        if page.name != "README.md" and f"({page.name})" not in mapped:
            yield f"docs/README.md: {page.name} is not on the map"
    print(f"{len(parsed)} pages, {links} links")
    if links < 100:
        yield "hardly any link was found: this test shows nothing"


if __name__ == "__main__":
    found = sorted(set(problems(pathlib.Path(sys.argv[1]).resolve())))
    print("\n".join(found))
    sys.exit(1 if found else 0)
