"""Queries of a dashboard with its variables filled in, as Grafana does it."""

import re

VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)(?::(?P<form>\w+))?\}|(?P<plain>[A-Za-z_]\w*))")
LABEL_VALUES = re.compile(r"label_values\((?P<series>.*),\s*(?P<label>[^,]+)\)$")
SPECIAL = re.compile(r"[$^*{}\[\]+?.()|]")
# What a person would choose where there is a choice.
CHOSEN = {"namespace": "data", "object": "orders", "policy": "worker"}


def fill(text, values):
    def value(found):
        name = found["braced"] or found["plain"]
        if name not in values:
            raise ValueError(f"there is no variable {name}")
        return "'" + values[name].replace("'", "''") + "'" if found["form"] == "sqlstring" else values[name]

    text = re.sub(r"\$__timeFilter\((.*?)\)", r"\1 > now() - interval '1 hour'", text)
    return VARIABLE.sub(value, text)


def options_of(variable, values, world):
    """What the variable's list has in it."""
    if isinstance(variable["query"], str):
        return [next(iter(row.values())) for row in world.postgres.rows(fill(variable["query"], values))]
    found = LABEL_VALUES.match(fill(variable["query"]["query"], values))
    series = world.prometheus.ask("series", **{"match[]": found["series"]})
    return sorted({each[found["label"]] for each in series if each.get(found["label"])})


def values_of(dashboard, world):
    """The value of each variable at first; raises ValueError where there is nothing to choose."""
    values = {"__rate_interval": "10s"}
    for variable in dashboard["templating"]["list"]:
        name = variable["name"]
        if variable["type"] == "custom":
            values[name] = variable["current"]["value"]
        elif variable["type"] == "query":
            options = options_of(variable, values, world)
            if not options:
                raise ValueError(f"variable {name} has nothing to choose")
            if variable["includeAll"]:
                values[name] = (
                    variable.get("allValue") or "(" + "|".join(SPECIAL.sub(r"\\\\\g<0>", each) for each in options) + ")"
                )
            else:
                values[name] = CHOSEN[name] if CHOSEN.get(name) in options else options[0]
    return values
