"""Every field of a policy, and every word that one may say, stands in a policy that a scenario plays; and every policy
beside a scenario is played. Fields and words come from config/policy.schema.json.

usage: every_field_in_a_scenario.py SOURCE_DIR
"""

import json
import pathlib
import sys

import yaml

KIND = "loadline.dev/v1"


def words(line):
    return line.split("#")[0].split()


def played(source):
    """The policies that some scenario plays, and ids of all policies in files that scenarios name."""
    policies, unplayed = [], set()
    names = {}  # of each file: its policies by name
    used = set()
    for scenario in sorted([*source.glob("examples/**/*.scenario"), *source.glob("tests/scenarios/*.scenario")]):
        files, wanted, only = [], [], False
        for line in scenario.read_text().splitlines():
            match words(line):
                case ["policy", file, *name]:
                    files.insert(0, scenario.parent / file)
                    wanted += name
                    only = not name
                case ["with", file]:
                    files.append(scenario.parent / file)
                case ["binding", name, *rest]:
                    wanted.append(rest[rest.index("policy") + 1] if "policy" in rest else name)
        for file in files:
            if file in names or file.suffix == ".ics":
                continue
            documents = [each for each in yaml.load_all(file.read_text(), yaml.BaseLoader) if each and each["apiVersion"] == KIND]
            names[file] = {each["metadata"]["name"]: each for each in documents if each["kind"] == "ScalingPolicy"}
        if only:
            wanted += names[files[0]]
        used |= {(file, name) for file in files for name in wanted if name in names.get(file, {})}
    for file, documents in names.items():
        for name, document in documents.items():
            (policies.append(document["spec"]) if (file, name) in used else unplayed.add(f"{file.name}: {name}"))
    return policies, unplayed


class Missing:
    def __init__(self, schema):
        self.defs = schema.get("$defs", {})
        self.found = []
        self.open = set()

    def walk(self, schema, values, path):
        """`values`: what the policies say at this place."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            if name in self.open:
                return  # conditions nest: once is enough
            self.open.add(name)
            self.walk(self.defs[name], flatten(values), path)
            self.open.discard(name)
            return
        for word in schema.get("enum", []):
            if word not in values:
                self.found.append(f"{path}: {word}")
        for either in schema.get("anyOf", []):
            self.walk(either, values, path)
        for name, field in schema.get("properties", {}).items():
            below = [value[name] for value in values if isinstance(value, dict) and name in value]
            place = f"{path}.{name}" if path else name
            if not below:
                self.found.append(place)
            else:
                self.walk(field, below, place)
        if isinstance(schema.get("additionalProperties"), dict):
            self.walk(schema["additionalProperties"], [v for m in values if isinstance(m, dict) for v in m.values()], path + ".NAME")
        if "items" in schema:
            self.walk(schema["items"], [v for m in values if isinstance(m, list) for v in m], path + "[]")


def flatten(conditions):
    """Conditions with those that stand within them."""
    found = []
    for each in conditions:
        found.append(each)
        inner = each.get("all", []) + each.get("any", []) + ([each["not"]] if "not" in each else [])
        found += flatten(inner)
    return found


def main():
    source = pathlib.Path(sys.argv[1])
    schema = json.loads((source / "config/policy.schema.json").read_text())
    policies, unplayed = played(source)
    missing = Missing(schema)
    missing.walk(schema["$defs"]["ScalingPolicy"]["properties"]["spec"], policies, "")
    for field in missing.found:
        print(f"no scenario plays a policy with {field}")
    for policy in sorted(unplayed):
        print(f"no scenario plays the policy {policy}")
    sys.exit(1 if missing.found or unplayed else 0)


main()
