#!/usr/bin/env python3
"""Every test that docs/threat-model.md names is there: the file that it links to has the words of the link. Every row names one.

usage: threats.py ROOT
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
page = root / "docs" / "threat-model.md"
wrong = []
named = 0
shown_by = None  # whether this table has that column
for number, line in enumerate(page.read_text().splitlines(), 1):
    if not line.startswith("|"):
        shown_by = None
        continue
    if shown_by is None:
        shown_by = line.rstrip(" |").endswith("shown by")
        continue
    if not shown_by or line.startswith("|---"):
        continue
    tests = re.findall(r"\[`([^`]+)`\]\(\.\./(tests/[^)]+)\)", line)
    if not tests:
        wrong.append(f"{number}: no test shows it")
    for words, path in tests:
        named += 1
        file = root / path
        text = file.read_text() if file.is_file() else ""
        # A sentence may be broken over lines of C++.
        if words not in text and words not in re.sub(r'"\s*\n\s*"', "", text) and words not in file.name:
            wrong.append(f"{number}: {path} has no {words}")
if named < 30:
    wrong.append(f"it names {named} tests only: is the page read rightly?")
for each in wrong:
    print(f"{page}:{each}", file=sys.stderr)
sys.exit(1 if wrong else 0)
