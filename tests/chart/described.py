#!/usr/bin/env python3
"""Every value of the chart is described in its schema and refuses unknown neighbours, and values.yaml shows every value.
usage: tests/chart/described.py CHART
"""
import json
import pathlib
import sys

import yaml

# A parent chart's; config, whose options config/loadline.yaml shows; and a policy, whose fields docs/policy-reference.md shows.
HIDDEN = {"enabled", "global", "config", "defaults.policy"}
KUBERNETES_OWN = {"affinity", "claims", "scaleUp", "scaleDown", "strategy", "propagationPolicy"}  # as Kubernetes, or KEDA, takes them


def with_definitions(schema, definitions, within=()):
    """The schema with its $refs followed; one that leads to itself, as conditions do, is left."""
    if isinstance(schema, list):
        return [with_definitions(each, definitions, within) for each in schema]
    if not isinstance(schema, dict):
        return schema
    name = schema.get("$ref", "").removeprefix("#/$defs/") if isinstance(schema.get("$ref"), str) else ""
    if name and name not in within:
        return {**with_definitions(definitions[name], definitions, (*within, name)), **{k: v for k, v in schema.items() if k != "$ref"}}
    return {key: with_definitions(each, definitions, within) for key, each in schema.items()}


def problems_of(schema, path):
    if "description" not in schema:
        yield f"{path}: has no description"
    if "properties" in schema and path != "global" and schema.get("additionalProperties", True) is True:
        yield f"{path}: takes any property"
    for name, each in schema.get("properties", {}).items():
        yield from problems_of(each, f"{path}.{name}".lstrip("."))
    for each in schema.get("patternProperties", {}).values():
        yield from problems_of(each, path + ".*")
    if isinstance(schema.get("additionalProperties"), dict) and "properties" in schema["additionalProperties"]:
        yield from problems_of(schema["additionalProperties"], path + ".*")


def not_shown(schema, values, path):
    for name, each in schema.get("properties", {}).items():
        here = f"{path}.{name}".lstrip(".")
        if name not in values:
            if here not in HIDDEN and name not in KUBERNETES_OWN:
                yield f"values.yaml: does not show {here}"
        elif isinstance(values[name], dict) and here not in HIDDEN:
            yield from not_shown(each, values[name], here)


def main():
    chart = pathlib.Path(sys.argv[1])
    schema = json.loads((chart / "values.schema.json").read_text())
    schema = with_definitions({key: each for key, each in schema.items() if key != "$defs"}, schema.get("$defs", {}))
    values = yaml.safe_load((chart / "values.yaml").read_text())
    problems = [each for each in problems_of({**schema, "description": ""}, "")] + list(not_shown(schema, values, ""))
    if problems:
        sys.exit("\n".join(problems))


main()
