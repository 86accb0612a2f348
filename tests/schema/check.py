"""Holds config/policy.schema.json against documents of all kinds, by Debian's python3-jsonschema: it takes every good
one of tests/documents and examples/, and refuses what is wrong in a way that a schema can see.

usage: check.py SOURCE_DIR
"""

import copy
import json
import pathlib
import re
import sys

import jsonschema
import yaml


class Yaml12(yaml.SafeLoader):
    """As editors and Loadline read YAML 1.2: 18:00 and 2026-12-24 are texts, so are on and yes."""


Yaml12.yaml_implicit_resolvers = {}
for tag, form, first in [
    ("bool", r"^(true|false)$", "tf"),
    ("null", r"^(null|~|)$", ["n", "~", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", "-+.0123456789"),
]:
    Yaml12.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(form), list(first))


KINDS = ("ScalingPolicy", "Budget", "Calendar", "Override")


def documents(path):
    for document in yaml.load_all(path.read_text(), Loader=Yaml12):
        if isinstance(document, dict) and document.get("apiVersion") == "loadline.dev/v1":
            yield document


# What stands at `path` of a good document of the kind becomes `value`, and the schema refuses the whole.
BAD = {"ScalingPolicy": [
    ("an unknown field of spec", ["spec", "combin"], "max"),
    ("an unknown field of a signal", ["spec", "signals", 0, "perReplca"], 300),
    ("an unknown field of the envelope", ["status"], {}),
    ("a list for a query", ["spec", "signals", 0, "query"], ["max", "lag"]),
    ("a word for a number", ["spec", "signals", 0, "perReplica"], "many"),
    ("a number for a duration", ["spec", "onMissing"], {"hold": 300}),
    ("a duration in words", ["spec", "onMissing"], {"hold": "5 minutes"}),
    ("a duration of units in the wrong order", ["spec", "onMissing"], {"hold": "5m1h"}),
    ("a word that is none of an enum", ["spec", "onEmpty"], "nothing"),
    ("a word that is none of a union", ["spec", "onMissing"], {"then": "shrug"}),
    ("a fallback without replicas", ["spec", "onMissing"], {"then": {"behavior": "static"}}),
    ("an aggregation that there is not", ["spec", "signals", 0, "window"], {"over": "1m", "take": "mode"}),
    ("a window without take", ["spec", "signals", 0, "window"], {"over": "1m"}),
    ("a bound of a number", ["spec", "signals", 0, "perReplica"], 0),
    ("a bound of another", ["spec", "replicas", "min"], -1),
    ("a fraction for a whole number", ["spec", "replicas", "max"], 2.5),
    ("a name with a space", ["spec", "signals", 0, "name"], "Lag Seconds"),
    ("a signal without a name", ["spec", "signals", 0], {"query": "lag", "perReplica": 1}),
    ("another version", ["apiVersion"], "loadline.dev/v2"),
    ("a text for a truth", ["spec", "rules"], [{"name": "a", "when": {"signal": "lag", "above": 1}, "enabled": "no"}]),
    ("a rule without when", ["spec", "rules"], [{"name": "a", "add": 1}]),
    ("an unknown field of a condition within one", ["spec", "rules"],
     [{"name": "a", "when": {"all": [{"not": {"signal": "lag", "abov": 1}}]}, "add": 1}]),
    ("a time of day", ["spec", "rules"], [{"name": "a", "when": {"clock": {"from": "9:00"}}, "add": 1}]),
    ("days", ["spec", "rules"], [{"name": "a", "when": {"clock": {"days": "WORKDAYS"}}, "add": 1}]),
    ("a step limit without a period", ["spec", "scaleUp"], {"atMost": ["4"]}),
    ("a share of violations without %", ["spec", "objective"], {"violations": 1}),
    ("a hysteresis without %", ["spec", "scaleDown"], {"hysteresis": 10}),
    ("a cron of four fields", ["spec", "signals", 0],
     {"name": "a", "schedule": {"windows": [{"start": "0 8 * *", "replicas": 1}]}}),
    ("a combination with two words", ["spec", "combine"], {"priorities": ["lag"]}),
    ("an unknown kind", ["kind"], "Policy"),
    ("another kind", ["kind"], "Budget"),
    ("a time zone with a space", ["spec", "timezone"], "Europe / Berlin"),
], "Budget": [
    ("an unknown field of spec", ["spec", "replica"], 3),
    ("no replicas at all", ["spec", "replicas"], 0),
    ("a member without a policy", ["spec", "members", 0], {"priority": 1}),
    ("a weight of nothing", ["spec", "members", 0, "weight"], 0),
    ("a list for the default", ["spec", "default"], [1]),
    ("another version", ["apiVersion"], "loadline.dev/v2"),
    ("a name with a space", ["metadata", "name"], "the workers"),
], "Calendar": [
    ("an unknown field of spec", ["spec", "days"], []),
    ("a date in words", ["spec", "dates"], ["Christmas"]),
    ("a mere date for the list", ["spec", "dates"], "2026-12-24"),
    ("a list for the iCalendar text", ["spec", "ical"], ["BEGIN:VCALENDAR"]),
], "Override": [
    ("an unknown field of spec", ["spec", "pinned"], 3),
    ("fewer than none", ["spec", "pin"], -1),
    ("a time without a zone", ["spec", "until"], "2026-11-24T18:00:00"),
    ("a word for a time", ["spec", "from"], "now"),
    ("a word for a truth", ["spec", "hold"], "yes"),
    ("an object with a capital", ["spec", "object"], "Orders"),
]}
# Of these fields one leaves the whole without what is required.
REQUIRED = {"Override": [["spec", "until"], ["spec", "reason"]], "ScalingPolicy": [["spec", "signals"], ["kind"]],
            "Budget": [["spec"], ["metadata"]], "Calendar": [["metadata", "name"], ["apiVersion"]]}


def with_value(document, path, value):
    changed = copy.deepcopy(document)
    at = changed
    for key in path[:-1]:
        at = at.setdefault(key, {}) if isinstance(at, dict) else at[key]
    at[path[-1]] = value
    return changed


def without(document, path):
    changed = copy.deepcopy(document)
    at = changed
    for key in path[:-1]:
        at = at[key]
    del at[path[-1]]
    return changed


def main():
    root = pathlib.Path(sys.argv[1])
    schema = json.loads((root / "config/policy.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    failures = []
    files = sorted((root / "tests/documents").rglob("*.good.yaml"))
    files += [path for path in sorted((root / "examples").rglob("*.yaml"))]
    files += sorted((root / "tests/schema").glob("*.yaml"))
    good = dict.fromkeys(KINDS, 0)
    for path in files:
        for document in documents(path):
            good[document.get("kind")] += 1
            for error in validator.iter_errors(document):
                failures.append(f"{path.relative_to(root)}: {error.json_path}: {error.message[:200]}")
    failures += [f"found only {count} good documents of kind {kind}" for kind, count in good.items() if count < 2]

    bad = 0
    for kind, name in [("ScalingPolicy", "schema/every-field"), ("Budget", "documents/budget"),
                       ("Calendar", "documents/calendar"), ("Override", "documents/override")]:
        base = next(documents(root / f"tests/{name}.good.yaml"))
        for what, path, value in BAD[kind]:
            bad += 1
            if validator.is_valid(with_value(base, path, value)):
                failures.append(f"{kind}: takes {what}")
        for path in REQUIRED[kind]:
            bad += 1
            if validator.is_valid(without(base, path)):
                failures.append(f"{kind}: takes one without {'.'.join(path)}")

    for failure in failures:
        print(failure)
    print(f"{sum(good.values())} good documents, {bad} bad ones: {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
