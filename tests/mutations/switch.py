#!/usr/bin/env python3
"""Puts all bugs of keda.txt into a tree at once, each behind a switch: DELIBERATE_BUG=17 in the environment is rule 17's. So
one build does for all.

usage: switch.py ROOT
"""
import itertools
import pathlib
import sys

import bugs

SWITCH = """#ifndef LOADLINE_HAS_BUG
#define LOADLINE_HAS_BUG
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>
[[maybe_unused]] static bool HasBug(std::string_view rule) {
  const char* bug = std::getenv("DELIBERATE_BUG");
  return bug != nullptr && rule == bug;
}
#endif
"""


def switched(group: list[bugs.Bug]) -> str:
    find = group[0].find
    if find.endswith((";", "}")):
        return "".join(f'if (HasBug("{each.rule}")) {{ {each.put} }} else ' for each in group) + f"{{ {find} }}"
    return "(" + "".join(f'HasBug("{each.rule}") ? ({each.put}) : ' for each in group) + f"({find}))"


root = pathlib.Path(sys.argv[1])
by_place = sorted(bugs.read(root / "tests/mutations/keda.txt"), key=lambda each: (each.file, each.find))
for file, of_file in itertools.groupby(by_place, lambda each: each.file):
    text = (root / file).read_text()
    for _, group in itertools.groupby(list(of_file), lambda each: each.find):
        group = list(group)
        text = text.replace(group[0].find, switched(group))
    if file.endswith(".h"):
        text = text.replace("#include", SWITCH + "#include", 1)
    else:
        text = SWITCH + text
    (root / file).write_text(text)
