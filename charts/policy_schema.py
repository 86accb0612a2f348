#!/usr/bin/env python3
"""Writes the schema of `policy` in the values of charts/loadline-workload: the spec of a ScalingPolicy, so that helm refuses
fields that there are not.

usage: charts/policy_schema.py           after config/policy.schema.json has changed; --check says whether that was done
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
POLICIES = HERE.parent / "config/policy.schema.json"  # kept in step with the program by its own test
SCHEMA = HERE / "loadline-workload/values.schema.json"


LOOKAHEAD = "(?=[0-9])"  # helm's regular expressions have none: there a duration without a part is kept out by its length


def without_lookahead(schema):
    if isinstance(schema, list):
        return [without_lookahead(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: without_lookahead(each) for key, each in schema.items()}
    if isinstance(plain.get("pattern"), str) and LOOKAHEAD in plain["pattern"]:
        plain.update(pattern=plain["pattern"].replace(LOOKAHEAD, ""), minLength=1)
    return plain


def policy_schema(document):
    spec = document["$defs"]["ScalingPolicy"]["properties"]["spec"]
    spec["description"] = "The spec of a ScalingPolicy; docs/policy-reference.md has each field."
    spec["type"] = ["object", "null"]  # null takes back what other values say
    spec["properties"]["parameters"]["additionalProperties"]["description"] = "One of them."
    del spec["required"]  # a workload may say a part of it, and `defaults` the rest
    del spec["properties"]["allowedNamespaces"]  # it is its own namespace's
    return spec


def main():
    before = SCHEMA.read_text()
    schema, document = json.loads(before), without_lookahead(json.loads(POLICIES.read_text()))
    schema["$defs"]["Policy"] = policy_schema(document)
    schema["$defs"]["Condition"] = document["$defs"]["Condition"]
    after = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    if sys.argv[1:] == ["--check"]:
        if after != before:
            sys.exit(f"{SCHEMA}: a policy's fields have changed: run charts/policy_schema.py")
    else:
        SCHEMA.write_text(after)


main()
