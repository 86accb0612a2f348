#!/usr/bin/env python3
"""Each deliberate bug of list.txt and keda.txt can be put where it says: its `find` stands once in the file, its test is
there. Each of KEDA's rules, and each thing that was seen, has a bug and a test that names it, and docs/keda-rules.md
lists them.

usage: stands.py ROOT [--write]     --write: brings the page's list up to date
"""
import pathlib
import re
import sys

import bugs

RULES = [str(number) for number in range(1, 45)] + [f"S{number}" for number in range(1, 18)]
PAGE = "docs/keda-rules.md"
BEGIN, END = "<!-- of tests/mutations/keda.txt, by stands.py --write -->\n", "<!-- so far -->\n"

root = pathlib.Path(sys.argv[1])
mutations = root / "tests/mutations"
keda = bugs.read(mutations / "keda.txt")
problems, count = [], 0
for each in bugs.read(mutations / "list.txt") + keda:
    count += 1
    file = root / each.file
    times = file.read_text().count(each.find) if file.exists() else 0
    if times != 1:
        problems.append(f"{each.file}: stands {times} times: {each.find}")
    if not each.has_test(root):
        problems.append(f"{each.program} has no test: {each.test}")
    if each.rule and each.rule not in each.rules_of_test():
        problems.append(f"the test's name does not name {each.rule}: {each.test}")
rules = [each.rule for each in keda]
for rule in RULES:
    if rules.count(rule) != 1:
        problems.append(f"rule {rule} has {rules.count(rule)} bugs in keda.txt, and wants one")
problems += [f"there is no rule {rule}" for rule in rules if rule not in RULES]

page = (root / PAGE).read_text()
table = "| rule | its test | of | fails where |\n|---|---|---|---|\n"
for each in keda:
    test = each.test if each.program == "client" else each.test.partition(": ")[2]
    table += f"| {each.rule} | {test} | `{each.program}` | {each.bug} |\n"
wanted = page[: page.index(BEGIN)] + BEGIN + table + page[page.index(END) :]
if "--write" in sys.argv:
    (root / PAGE).write_text(wanted)
elif page != wanted:
    problems.append(f"{PAGE}: its list is not that of keda.txt: run {sys.argv[0]} ROOT --write")
for rule in RULES:
    if not re.search(rf"^\| (?:\w+, )*{rule}(?:, \w+)* \| .* \| .* \| .* \|$", page[: page.index(BEGIN)], re.M):
        problems.append(f"{PAGE}: says nothing of rule {rule}")
print("\n".join(problems + [f"{count} bugs, {len(problems)} problems"]))
sys.exit(1 if problems or not count else 0)
