#!/usr/bin/env python3
"""Whether a program is built so that mistakes with memory are hard to make use of, as the release preset builds it: read from
the ELF file, and from the compiler's own commands what leaves no mark there.

usage: hardened.py PROGRAM [COMPILE_COMMANDS.json]
"""
import json
import platform
import re
import subprocess
import sys


def readelf(*arguments):
    return subprocess.run(["readelf", "--wide", *arguments], capture_output=True, text=True, check=True).stdout


def problems_of(program):
    header, segments, dynamic = readelf("-h", program), readelf("-l", program), readelf("-d", program)
    imported = set(re.findall(r" UND +(\w+)@", readelf("--dyn-syms", program)))
    stack = re.search(r"GNU_STACK.* (R\w*) ", segments)
    if not re.search(r"Type: +DYN", header) or not re.search(r"FLAGS_1.*\bPIE\b", dynamic):
        yield "it is not position-independent: its code lies at known addresses"
    if "GNU_RELRO" not in segments:
        yield "no RELRO: tables of the linker stay writable"
    if not re.search(r"FLAGS_1.*\bNOW\b", dynamic):
        yield "not BIND_NOW: the table of functions stays writable"
    if stack is None or "E" in stack.group(1):
        yield "its stack can be executed"
    for line in segments.splitlines():
        if " LOAD " in line and "RWE" in line:
            yield "a segment can be written and executed"
    if "__stack_chk_fail" not in imported:
        yield "no stack protector"
    if not [name for name in imported if re.fullmatch(r"__\w+_chk", name)]:
        yield "no _FORTIFY_SOURCE: no checked function of the C library is called"


def unmarked_problems(commands):
    # Loadline's own sources; what protoc makes is compiled with the same options.
    for each in json.load(open(commands)):
        # Debian's own start files have no mark of IBT and SHSTK, so that no program has one.
        for option in ("-fstack-clash-protection", "-D_FORTIFY_SOURCE=3", "-fstack-protector-strong",
                       *(["-fcf-protection=full"] if platform.machine() == "x86_64" else [])):
            if option not in each["command"].split():
                yield f"{each['file']} is compiled without {option}"


program, *commands = sys.argv[1:]
found = list(problems_of(program))
for each in commands:
    found += unmarked_problems(each)
for problem in found:
    print(f"{program}: {problem}", file=sys.stderr)
sys.exit(1 if found else 0)
