#!/usr/bin/env python3
"""Says which types of src have a name that another one has, in one namespace, and ends with 1 where there are any.

Two types of one name are no error for compiler or linker: of what they have alike, such as the destructor of a vector of
them, one is taken for both (the one definition rule, [basic.def.odr]). usage: one_definition.py SOURCE_FOLDER"""
import collections
import pathlib
import re
import sys

TYPE = re.compile(
    r"(?:template <[^>]*>\s*)?(?:struct|class|enum class|enum)\s+(?:\[\[\w+\]\]\s*|LOADLINE_\w+(?:\([^)]*\))?\s*)?"
    r"(\w+)\b(?!::)(?: final)?(?:\s*:\s*[^;{]*)?\s*\{"
)


def types_of(text):
    """Those at the outermost level of namespaces with a name."""
    namespaces = []
    for line in text.splitlines():
        if opened := re.match(r"namespace (?:([\w:]+) )?\{", line):
            namespaces.append(opened[1])
        elif line.startswith("}  // namespace"):
            namespaces.pop()
        elif (found := TYPE.match(line)) and None not in namespaces:
            yield "::".join([*namespaces, found[1]])


def main(folder):
    where = collections.defaultdict(list)
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.suffix in (".h", ".cc"):
            for name in types_of(path.read_text()):
                where[name].append(str(path.relative_to(folder)))
    if len(where) < 100:
        sys.exit(f"{folder}: only {len(where)} types: this is not the folder of the sources, or is not understood")
    several = {name: paths for name, paths in where.items() if len(paths) > 1}
    for name, paths in several.items():
        print(f"{name}: in {' and '.join(paths)}: give one of them another name")
    return 1 if several else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
