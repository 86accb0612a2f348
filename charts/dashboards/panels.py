"""Panels, in the words of Grafana's dashboard schema.

What is not there must not look like a zero: single numbers are asked for at this moment, so that none is drawn that is
gone by now; lines end where their data ends; and an empty panel says so in words.
"""

PROMETHEUS = {"type": "prometheus", "uid": "${datasource}"}
JOURNAL = {"type": "grafana-postgresql-datasource", "uid": "${journal}"}
NOTHING = "not known"

GREEN, ORANGE, RED, BLUE, GREY = "green", "orange", "red", "blue", "text"


# What is asked.


def query(expr, legend=""):
    """PromQL over the time that is shown; `legend` may hold labels, as {{pod}}."""
    return {"datasource": PROMETHEUS, "editorMode": "code", "expr": expr, "legendFormat": legend or "__auto", "range": True}


def at_once(expr, legend=""):
    """PromQL at the end of the time that is shown."""
    return {**query(expr, legend), "instant": True, "range": False}


def column(expr):
    return {**at_once(expr), "format": "table"}


def sql(text, shape="table"):
    """SQL in the journal; `shape` is table or time_series."""
    return {"datasource": JOURNAL, "editorMode": "code", "format": shape, "rawQuery": True, "rawSql": text}


# How numbers are told.


def steps(base, *above):
    """Colours by the value: steps(GREEN, (1, RED)) is red from 1 on."""
    return {"mode": "absolute", "steps": [{"color": base, "value": None}] + [{"color": c, "value": v} for v, c in above]}


def words(**texts):
    """Words in the place of values: words(_0=("no", GREEN), _1=("yes", RED))."""
    options = {
        value.lstrip("_"): {"index": index, "text": text, "color": color}
        for index, (value, (text, color)) in enumerate(texts.items())
    }
    return {"type": "value", "options": options}


def word_from(least, text, color):
    return {"type": "range", "options": {"from": least, "to": None, "result": {"index": 0, "text": text, "color": color}}}


def link(title, url):
    return {"title": title, "url": url}


# What is drawn. A panel gets its id and its place from the dashboard.


def _panel(kind, title, description, targets, defaults, options, size):
    targets = [{**each, "refId": chr(ord("A") + index)} for index, each in enumerate(targets)]
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": targets[0]["datasource"],
        "targets": targets,
        "fieldConfig": {"defaults": {"noValue": NOTHING, **defaults}, "overrides": []},
        "options": options,
        "gridPos": {"w": size[0], "h": size[1], "x": 0, "y": 0},
    }


def _defaults(unit, thresholds, mappings, links, **more):
    found = {"unit": unit, "thresholds": thresholds, "mappings": mappings, "links": links, **more}
    return {key: value for key, value in found.items() if value}


def stat(
    title,
    description,
    expr,
    *,
    unit="none",
    thresholds=None,
    mappings=None,
    links=None,
    nothing=NOTHING,
    decimals=None,
    size=(4, 4),
):
    """One number, as of now."""
    defaults = _defaults(unit, thresholds or steps(GREY), mappings, links, noValue=nothing, color={"mode": "thresholds"})
    if decimals is not None:
        defaults["decimals"] = decimals
    options = {
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "percentChangeColorMode": "standard",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "showPercentChange": False,
        "textMode": "auto",
        "wideLayout": True,
    }
    return _panel("stat", title, description, [at_once(expr)], defaults, options, size)


def lines(
    title,
    description,
    *queries,
    unit="none",
    thresholds=None,
    links=None,
    stacked=False,
    least=None,
    most=None,
    as_steps=False,
    size=(12, 8),
):
    """Lines over time; thresholds are drawn as lines, too. `stacked` is for parts that add up."""
    custom = {
        "drawStyle": "line",
        "lineInterpolation": "stepAfter" if as_steps else "linear",
        "lineWidth": 1,
        "fillOpacity": 30 if stacked else 0,
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
        "thresholdsStyle": {"mode": "line" if thresholds else "off"},
    }
    defaults = _defaults(unit, thresholds or steps(GREEN), None, links, custom=custom, color={"mode": "palette-classic"})
    if least is not None:
        custom["axisSoftMin"] = least
    if most is not None:
        custom["axisSoftMax"] = most
    options = {
        "legend": {"calcs": ["lastNotNull", "max"], "displayMode": "table", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return _panel("timeseries", title, description, queries, defaults, options, size)


def dashed(panel, pattern):
    """Bounds are dashed, what is measured is not."""
    return override(panel, pattern, ("custom.lineStyle", {"fill": "dash", "dash": [10, 10]}))


def override(panel, pattern, *properties):
    panel["fieldConfig"]["overrides"].append(
        {
            "matcher": {"id": "byRegexp", "options": pattern},
            "properties": [{"id": key, "value": value} for key, value in properties],
        }
    )
    return panel


def timeline(title, description, *queries, mappings, thresholds=None, links=None, size=(12, 6)):
    """States over time: a row for each series."""
    defaults = _defaults(
        "none",
        thresholds or steps(GREY),
        mappings,
        links,
        color={"mode": "thresholds"},
        custom={"fillOpacity": 70, "lineWidth": 1},
    )
    options = {
        "alignValue": "left",
        "mergeValues": True,
        "rowHeight": 0.9,
        "showValue": "auto",
        "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return _panel("state-timeline", title, description, queries, defaults, options, size)


def table(title, description, columns, *, sort=(), links=None, nothing=NOTHING, size=(24, 10)):
    """Rows of equal labels. `columns` is a list of (heading, expression, overrides of that column); one without a heading is not
    shown: its labels are all that it says."""
    targets = [column(expr) for _, expr, _ in columns]
    panel = _panel(
        "table",
        title,
        description,
        targets,
        _defaults("none", steps(GREY), None, links, noValue=nothing),
        {
            "cellHeight": "sm",
            "frameIndex": 0,
            "showHeader": True,
            "sortBy": [{"displayName": name, "desc": desc} for name, desc in sort],
        },
        size,
    )
    # A single table has its column called Value; of several each is named by its query.
    names = ["Value"] if len(columns) == 1 else [f"Value #{each['refId']}" for each in panel["targets"]]
    renamed = {name: heading for name, (heading, _, _) in zip(names, columns) if heading}
    hidden = ["Time"] + [name for name in names if name not in renamed]
    panel["transformations"] = [
        {"id": "merge", "options": {}},
        {
            "id": "organize",
            "options": {"excludeByName": {name: True for name in hidden}, "indexByName": {}, "renameByName": renamed},
        },
    ]
    override(panel, ".*", ("noValue", "-"))  # in a cell; `nothing` is said in the place of an empty table
    for heading, _, properties in columns:
        if properties:
            panel["fieldConfig"]["overrides"].append(
                {
                    "matcher": {"id": "byName", "options": heading},
                    "properties": [{"id": key, "value": value} for key, value in properties.items()],
                }
            )
    return panel


def records(title, description, text, *, nothing=NOTHING, size=(24, 10)):
    """A table of what SQL says of the journal."""
    return _panel(
        "table",
        title,
        description,
        [sql(text)],
        _defaults("none", steps(GREY), None, None, noValue=nothing),
        {"cellHeight": "sm", "frameIndex": 0, "showHeader": True},
        size,
    )


def note(title, text, size=(24, 4)):
    """Words; variables in them are filled in."""
    return {
        "type": "text",
        "title": title,
        "options": {"mode": "markdown", "content": text},
        "gridPos": {"w": size[0], "h": size[1], "x": 0, "y": 0},
    }


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"w": 24, "h": 1, "x": 0, "y": 0}}


COLORED = {"custom.cellOptions": {"type": "color-text"}}
