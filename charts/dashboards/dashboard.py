"""A dashboard: its variables, its links, and where its panels stand."""

from panels import JOURNAL, PROMETHEUS

WIDTH = 24
ALL = {"selected": True, "text": ["All"], "value": ["$__all"]}


def source(name, label, kind):
    return {
        "type": "datasource",
        "name": name,
        "label": label,
        "query": kind,
        "refresh": 1,
        "regex": "",
        "multi": False,
        "includeAll": False,
        "hide": 0,
        "options": [],
    }


DATASOURCE = source("datasource", "Prometheus", "prometheus")
JOURNAL_SOURCE = source("journal", "Journal (PostgreSQL)", "grafana-postgresql-datasource")


def _choice(name, label, datasource, text, many):
    """Many values may be chosen, and all of them are at first; of a single one the first is."""
    query = {"query": text, "refId": name} if datasource is PROMETHEUS else text
    found = {
        "type": "query",
        "name": name,
        "label": label,
        "datasource": datasource,
        "query": query,
        "refresh": 2,
        "regex": "",
        "sort": 1,
        "multi": many,
        "includeAll": many,
        "hide": 0,
        "options": [],
    }
    if many:
        found["current"] = ALL
    return found


def labels(name, label, metric, of, *, many=True, listed=False):
    """A variable of the values that a label has. All of them are any, which is short, or those that are `listed`."""
    found = _choice(name, label, PROMETHEUS, f"label_values({metric}, {of})", many)
    return found if listed or not many else {**found, "allValue": ".*"}


def recorded(name, label, text):
    """A variable of what SQL says of the journal."""
    return _choice(name, label, JOURNAL, text, False)


def names(name, label, description, *choices):
    """A variable of names: the first is what it is at first, and another one may be typed in."""
    options = [{"text": each, "value": each, "selected": each == choices[0]} for each in choices]
    return {
        "type": "custom",
        "name": name,
        "label": label,
        "description": description,
        "query": ",".join(choices),
        "multi": False,
        "includeAll": False,
        "hide": 0,
        "options": options,
        "current": options[0],
        "allowCustomValue": True,
    }


# Any job would be everybody's.
JOB = labels("job", "Job", "loadline_build_info", "job", listed=True)


def of_binding(*, many):
    """The variables by which a binding is found."""
    at = 'job=~"$job"'
    found = [JOB, labels("namespace", "Namespace", f"loadline_decision_error{{{at}}}", "namespace", many=many)]
    at += ', namespace=~"$namespace"'
    found.append(labels("object", "Object", f"loadline_decision_error{{{at}}}", "name", many=many))
    at += ', name=~"$object"'
    found.append(labels("policy", "Policy", f"loadline_decision_error{{{at}}}", "policy", many=many))
    return found


def _placed(panels):
    """From left to right, and below where there is no more room. Ids count from 1."""
    x = y = height = 0
    for number, panel in enumerate(panels, 1):
        place = panel["gridPos"]
        if x + place["w"] > WIDTH:
            x, y, height = 0, y + height, 0
        panel["id"], place["x"], place["y"] = number, x, y
        x, height = x + place["w"], max(height, place["h"])
    return panels


def dashboard(name, title, description, variables, panels, *, span="now-3h"):
    return {
        "uid": f"loadline-{name}",
        "title": f"Loadline / {title}",
        "description": description,
        "tags": ["loadline"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "timezone": "browser",
        "time": {"from": span, "to": "now"},
        "timepicker": {},
        "annotations": {"list": []},
        # Each leads to all others, and takes along what is chosen.
        "links": [
            {
                "type": "dashboards",
                "title": "Loadline",
                "tags": ["loadline"],
                "asDropdown": True,
                "includeVars": True,
                "keepTime": True,
                "targetBlank": False,
                "icon": "external link",
                "tooltip": "",
                "url": "",
            }
        ],
        "templating": {"list": variables},
        "panels": _placed(panels),
    }
