"""The deliberate bugs of list.txt and keda.txt."""
import dataclasses
import json
import pathlib
import re


@dataclasses.dataclass
class Bug:
    file: str
    find: str
    put: str
    test: str
    program: str = "unit_scaling"
    rule: str = ""  # of KEDA's contract: "17", "S4"
    bug: str = ""   # in words

    def tests_of(self, root: pathlib.Path) -> str:
        """The text of the files among which the test is."""
        folder = {"client": "cluster/client", "integration": "integration"}.get(self.program) or self.program.replace("unit_", "unit/")
        return "".join(path.read_text() for path in sorted((root / "tests" / folder).glob("*_test.*")))

    def has_test(self, root: pathlib.Path) -> bool:
        if self.program == "client":
            return f"func {self.test}(t *testing.T)" in self.tests_of(root)
        # A long name may stand on several lines.
        text = re.sub(r'"\n\s*"', "", self.tests_of(root))
        return re.search(r"TEST_CASE\(\s*" + re.escape(json.dumps(self.test, ensure_ascii=False)), text) is not None

    def rules_of_test(self) -> set[str]:
        """What its name says: "Rules 22, S9: ..." and TestRules13AndS5... have two."""
        if self.program == "client":
            return set(re.findall(r"S?\d+", re.match(r"Test(?:Rules?)?((?:(?:And)?S?\d+)*)", self.test)[1]))
        head, colon, _ = self.test.partition(": ")
        return set(re.findall(r"S?\d+", head)) if colon and re.fullmatch(r"(Rules? )?S?\d+(, S?\d+)*", head) else set()


def read(path: pathlib.Path) -> list[Bug]:
    found = []
    for entry in path.read_text().split("\n\n"):
        fields = dict(re.findall(r"^(rule|bug|file|find|put|program|test):[ ]?(.*)$", entry, re.M))
        if "file" not in fields:
            continue
        for each in ("find", "put"):
            fields[each] = fields[each].replace("\\n", "\n") if path.name == "keda.txt" else fields[each]
        if fields["test"].startswith("schedule: "):
            fields |= {"program": "unit_schedule", "test": fields["test"].removeprefix("schedule: ")}
        found.append(Bug(**fields))
    return found
