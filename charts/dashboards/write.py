#!/usr/bin/env python3
"""Writes the chart's dashboards, charts/loadline/files/dashboards/*.json.

usage: charts/dashboards/write.py           after one of its neighbours was changed; --check says whether that was done
"""

import json
import pathlib
import sys

sys.dont_write_bytecode = True  # nothing beside the chart but its files

import binding
import fleet
import forecasts
import hpa
import pipeline
import pool
import service
import why

FOLDER = pathlib.Path(__file__).parent.parent / "loadline/files/dashboards"
DASHBOARDS = {
    "fleet": fleet,
    "binding": binding,
    "why": why,
    "forecasts": forecasts,
    "hpa": hpa,
    "pipeline": pipeline,
    "pool": pool,
    "service": service,
}


def main():
    made = {f"{name}.json": json.dumps(module.made(), indent=1) + "\n" for name, module in DASHBOARDS.items()}
    there = {path.name: path.read_text() for path in FOLDER.glob("*.json")}
    if "--check" in sys.argv[1:]:
        differing = sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))
        sys.exit(f"{FOLDER}: {', '.join(differing)} not as charts/dashboards/write.py writes" if differing else 0)
    FOLDER.mkdir(exist_ok=True)
    for name in there.keys() - made.keys():
        (FOLDER / name).unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text)


main()
