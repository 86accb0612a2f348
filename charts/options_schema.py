#!/usr/bin/env python3
"""Writes the schema of the chart's `config`: the options of `loadline serve`, each with its help, so that helm refuses
what serve would refuse.

usage: charts/options_schema.py           after docs/configuration.md has changed; --check says whether that was done
"""
import json
import pathlib
import re
import sys

REFERENCE = pathlib.Path(__file__).parent.parent / "docs/configuration.md"  # kept in step with the program by its own test
SCHEMA = pathlib.Path(__file__).parent / "loadline/values.schema.json"
ROW = re.compile(r"^\| `(?P<option>[^`]+)` \| `[^`]+` \| (?P<help>.*) \((?P<kind>[^()]+)\) \| [^|]* \|")
TEXT = {"type": "string"}


def value_schema(kind):
    """The schema of one value, from the words by which the reference tells its kind."""
    if kind == "text":
        return dict(TEXT)
    if kind == "duration":
        return {"type": "string", "pattern": "^([0-9]+(ms|[smhdwy]))+$"}
    if kind == "whole number":
        return {"type": "integer"}
    if kind == "true or false":
        return {"type": "boolean"}
    if kind.startswith("list of "):
        return {"type": "array", "items": value_schema(kind.removeprefix("list of "))}
    if kind.startswith("name: "):
        return {"type": "object", "additionalProperties": value_schema(kind.removeprefix("name: "))}
    return {"type": "string", "enum": kind.split(", ")}


def section(description):
    return {"type": "object", "description": description, "additionalProperties": False, "properties": {}}


def config_schema(reference):
    config = section("The options of `loadline serve`, as in config/loadline.yaml; docs/configuration.md explains each.")
    for row in map(ROW.match, reference.splitlines()):
        if not row:
            continue
        *folders, leaf = row["option"].split(".")
        at, path = config, []
        for folder in folders:
            path.append(folder)
            if folder == "NAME":
                if at["additionalProperties"] is False:
                    at["additionalProperties"] = section("The options of one of this name.")
                at = at["additionalProperties"]
            else:
                at = at["properties"].setdefault(folder, section("Options of serve: " + ".".join(path)))
        at["properties"][leaf] = {**value_schema(row["kind"]), "description": row["help"].replace("\\|", "|")}
    return config


def main():
    before = SCHEMA.read_text()
    schema = json.loads(before)
    schema["properties"]["config"] = config_schema(REFERENCE.read_text())
    after = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    if sys.argv[1:] == ["--check"]:
        if after != before:
            sys.exit(f"{SCHEMA}: the options of serve have changed: run charts/options_schema.py")
    else:
        SCHEMA.write_text(after)


main()
