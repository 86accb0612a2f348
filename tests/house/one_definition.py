#!/usr/bin/env python3
"""Says which types of a folder of sources have a name that another one of the same namespace has; ends with 1 where there
are any.

Two types of one name are no error for compiler or linker: of what they have alike, such as the destructor of a vector of
them, one is taken for both (the one definition rule, [basic.def.odr]).

usage: one_definition.py SOURCE_FOLDER [--self-test]    the self-test adds such a type, and wants it found"""
import collections
import pathlib
import re
import sys

TYPE = re.compile(
    r"(?:template <[^>]*>\s*)?(?:struct|class|enum class|enum)\s+(?:\[\[[\w:]+\]\]\s*|LOADLINE_\w+(?:\((?:[^()]|\([^()]*\))*\))?\s*)?"
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


def named_alike(texts):
    """By name the files of types that share it. `texts`: by file what stands in it."""
    where = collections.defaultdict(list)
    for file, text in texts.items():
        for name in types_of(text):
            where[name].append(file)
    return {name: files for name, files in where.items() if len(files) > 1}


def self_test(texts):
    alike = "namespace loadline {\nstruct Decision {\n};\n}  // namespace loadline\n"
    hidden = alike.replace("struct", "namespace {\nstruct").replace("};\n", "};\n}  // namespace\n")
    nested = alike.replace("Decision", "Decision::Impl")
    for head in "struct Decision", "struct [[gnu::packed]] Decision", 'class LOADLINE_MADE_UP(capability("it")) Decision : public It':
        assert list(named_alike({**texts, "a": alike.replace("struct Decision", head)})) == ["loadline::Decision"], head
    assert not named_alike({**texts, "a": hidden, "b": nested})


def main(folder, *options):
    files = [each for each in sorted(pathlib.Path(folder).rglob("*")) if each.suffix in (".h", ".cc")]
    texts = {str(each.relative_to(folder)): each.read_text() for each in files}
    if "--self-test" in options:
        return self_test(texts)
    found = named_alike(texts)
    for name, where in found.items():
        print(f"{name}: in {' and '.join(where)}: give one of them another name")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
