#!/usr/bin/env python3
"""Each deliberate bug of list.txt can be put where it says: its `find` stands once in the file, its test is there.

usage: stands.py ROOT
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
tests = "".join(path.read_text() for path in (root / "tests/unit").rglob("*_test.cc"))
problems, count = [], 0
for entry in re.findall(r"^file: (.*)\nfind: (.*)\nput:(.*)\ntest: (.*)$", (root / "tests/mutations/list.txt").read_text(), re.M):
    path, find, _, test = entry
    count += 1
    file = root / path
    times = file.read_text().count(find) if file.exists() else 0
    if times != 1:
        problems.append(f"{path}: stands {times} times: {find}")
    name = test.removeprefix("schedule: ").replace('"', '\\"')
    if not re.search(r'TEST_CASE\(\s*"' + re.escape(name) + '"', tests):
        problems.append(f"there is no test: {test}")
print("\n".join(problems + [f"{count} bugs, {len(problems)} problems"]))
sys.exit(1 if problems or not count else 0)
