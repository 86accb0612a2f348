"""Each thing that the checks of documents say stands in a message of tests/documents: a rule without a bad document is
one whose message nobody has read.

usage: rules.py SOURCE_DIR
"""

import pathlib
import re
import sys

CHECKS = ["src/scaling/*_check.cc", "src/scaling/*_yaml.cc", "src/scaling/checking.cc", "src/scaling/documents.cc",
          "src/document/fields.cc", "src/document/node.cc"]
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"(?:\s*"((?:[^"\\\n]|\\.)*)")*')

# What cannot stand in a message there, and why.
ELSEWHERE = {
    "a document has at most {} bytes": "a megabyte; tests/unit/document/node_test.cc",
    "[orders, fallback]": "an example of a field",
}


def literals(text):
    text = re.sub(r"^\s*(//|#include).*$", "", text, flags=re.M)
    text = re.sub(r'\.(help|example|unit) = "[^\n]*?",\s', "", text)  # the reference shows them
    text = re.sub(r'R"\(.*?\)"', "", text, flags=re.S)  # patterns
    for match in LITERAL.finditer(text):
        whole = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', match.group(0)))
        yield whole.replace('\\"', '"').replace("\\\\", "\\").replace("{{", "{").replace("}}", "}")


def said(literal, messages):
    """Whether the text, whatever stands in its {}, is a part of a message."""
    parts = [re.escape(part) for part in re.split(r"\{[^{} ]*\}", literal)]
    return re.search(".*".join(parts), messages) is not None


def main():
    root = pathlib.Path(sys.argv[1])
    messages = "".join(path.read_text() for path in sorted((root / "tests/documents").glob("*.message")))
    silent = []
    count = 0
    for pattern in CHECKS:
        for path in sorted(root.glob(pattern)):
            for literal in literals(path.read_text()):
                if len(re.sub(r"\{[^}]*\}", "", literal)) < 12 or " " not in literal or literal in ELSEWHERE:
                    continue
                count += 1
                if not said(literal, messages):
                    silent.append(f"{path.relative_to(root)}: {literal}")
    if count < 100:
        silent.append(f"found only {count} texts: is this the source folder?")
    for each in silent:
        print("in no message:", each)
    print(f"{count} texts of checks, {len(silent)} in no message")
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
