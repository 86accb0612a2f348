#!/usr/bin/env python3
"""Asks every query of every dashboard of real programs: each is understood and has an answer, with the labels that its legend
and links name; and none has an answer where there is no data, so that what is missing never looks like a number.

usage: tests/dashboards/asked.py LOADLINE DASHBOARD.json...
"""

import json
import math
import pathlib
import re
import sys
import tempfile
import time

from filled import fill, values_of
from world import World

# Queries that cannot have an answer here, by (dashboard, panel, refId): why.
WITHOUT = {}

# What some say of the world that is made for them.
TRUE = {
    ("fleet", "Pods up"): 2,
    ("fleet", "Sources failing"): 0,
    ("fleet", "Documents bad"): 1,
    ("binding", "Wanted"): 4,
    ("binding", "Observed"): 3,
    ("binding", "Ready"): 3,
    ("forecasts", "Without one"): 0,
    ("hpa", "On their way"): 1,
    ("hpa", "Metrics, as shares of their targets"): 1.4,
    ("pipeline", "Waiting"): 24000,
    ("pipeline", "Time until empty"): 480,
    ("pool", "Full"): 0.85,
    ("pool", "A wait takes"): 0.1,
    ("service", "Calls that fail"): 0,
}

LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")
FIELD = re.compile(r"\$\{__(?:data\.fields|field\.labels)\.(\w+)")


def links_of(panel):
    return [each["url"] for each in panel["fieldConfig"]["defaults"].get("links", [])]


def names_in(target, panel):
    """The labels that the legend and the links of a panel name."""
    named = set(LABEL.findall(target.get("legendFormat", "")))
    return named.union(*(FIELD.findall(url) for url in links_of(panel)))


def problem_of(target, panel, values, world, true=None):
    """What is wrong with the answer to a query, or None."""
    if "rawSql" in target:
        rows = world.postgres.rows(fill(target["rawSql"], values))
        if not rows:
            return "no rows"
        return None if panel["type"] == "table" or "time" in rows[0] else "no column named time"
    series = world.query(fill(target["expr"], values))
    if not any(not math.isnan(float(each["value"][1])) for each in series):
        return "no series" if not series else "only NaN"
    if true is not None and not math.isclose(float(series[0]["value"][1]), true, rel_tol=0.05):
        return f"{series[0]['value'][1]}, and {true} is true"
    labels = {"parameters"}.union(*(each["metric"] for each in series))  # a trigger may have none: then there is no such label
    lacking = {
        fill(name, values) for name in names_in({**target, "legendFormat": fill(target.get("legendFormat", ""), values)}, panel)
    } - labels
    return f"no label {', '.join(sorted(lacking))}" if lacking else None


def queries_of(dashboards):
    for name, dashboard in dashboards.items():
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                yield name, dashboard, panel, target


def problems(dashboards, world):
    """By query, what is wrong with its answer. Each has time to become right: a refit comes once a minute."""
    left = {
        (name, panel["title"], target["refId"]): (dashboard, panel, target)
        for name, dashboard, panel, target in queries_of(dashboards)
    }
    end = time.monotonic() + 110
    while True:
        found = {}
        for key, (dashboard, panel, target) in left.items():
            try:
                found[key] = problem_of(target, panel, values_of(dashboard, world), world, TRUE.get(key[:2]))
            except ValueError as error:
                found[key] = str(error)
        left = {key: left[key] for key in left if found[key]}
        if not left.keys() - WITHOUT.keys() or time.monotonic() > end:
            return [f'{key[0]} "{key[1]}" {key[2]}: {found[key]}' for key in left if key not in WITHOUT] + [
                f"{key}: has an answer; take it off the list of those that have none" for key in WITHOUT if key not in left
            ]
        time.sleep(0.5)  # until the next scrape


def invented(dashboards, world):
    """Queries with an answer at a time of which nothing is known."""
    for name, dashboard, panel, target in queries_of(dashboards):
        if "expr" in target:
            values = values_of(dashboard, world)
            found = world.query(fill(target["expr"], values), time=time.time() - 30 * 86400)
            if found:
                yield f'{name} "{panel["title"]}" {target["refId"]}: says {found[0]["value"][1]} where there is no data'


def main():
    loadline, files = sys.argv[1], map(pathlib.Path, sys.argv[2:])
    dashboards = {path.stem: json.loads(path.read_text()) for path in files}
    with tempfile.TemporaryDirectory() as folder, World(loadline, folder) as world:
        left = problems(dashboards, world) or list(invented(dashboards, world))
    print(
        "\n".join(left)
        if left
        else f"{len(list(queries_of(dashboards)))} queries of {len(dashboards)} dashboards, each with an answer"
    )
    sys.exit(1 if left else 0)


main()
