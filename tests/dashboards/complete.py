#!/usr/bin/env python3
"""What can be said of the dashboards without asking anybody: each of Loadline's metrics is on one, each name is a metric, each
panel says what it is, and each link leads somewhere.

usage: tests/dashboards/complete.py METRICS.md ALERTS.yaml DASHBOARD.json...
"""

import json
import pathlib
import re
import sys

# Metrics that are on no dashboard, and why.
LEFT_OUT = {}

PARTS_OF_HISTOGRAM = ("_bucket", "_sum", "_count")
LINK = re.compile(r"/d/loadline-([a-z]+)\b")


def documented(text):
    """The metrics of the tables, and those of the HTTP port's TLS, of which a sentence tells."""
    found = dict(re.findall(r"^\| `(loadline_\w+)` \| (gauge|counter|histogram)?", text, re.M))
    return found | {
        name.replace("loadline_tls_", "loadline_http_tls_"): kind
        for name, kind in found.items()
        if name.startswith("loadline_tls_")
    }


def named_in(text):
    return set(re.findall(r"\bloadline_[a-z_]+\b", text))


def asked_for(dashboard):
    return "\n".join(target.get("expr", "") for panel in dashboard["panels"] for target in panel.get("targets", []))


def without_part(name, metrics):
    for part in PARTS_OF_HISTOGRAM:
        if metrics.get(name.removesuffix(part)) == "histogram":
            return name.removesuffix(part)
    return name


def problems_of_metrics(metrics, dashboards):
    shown = {without_part(name, metrics) for each in dashboards.values() for name in named_in(asked_for(each))}
    for name in sorted(shown - metrics.keys()):
        yield f"{name}: asked for, and not in docs/metrics.md"
    for name in sorted(metrics.keys() - shown - LEFT_OUT.keys()):
        yield f"{name}: on no dashboard; show it, or say in LEFT_OUT why not"
    for name in sorted(LEFT_OUT.keys() & shown):
        yield f"{name}: on a dashboard, and said to be left out"


def problems_of_panels(name, dashboard):
    titles = [panel["title"] for panel in dashboard["panels"] if panel["type"] != "row"]
    for title in sorted({each for each in titles if titles.count(each) > 1}):
        yield f'{name}: two panels are called "{title}"'
    for panel in dashboard["panels"]:
        if panel["type"] not in ("row", "text") and not panel.get("description", "").endswith("."):
            yield f'{name} "{panel["title"]}": has no sentence that says what it is'


def problem_of_link(url, dashboards):
    to = LINK.search(url)
    if not to or to[1] not in dashboards:
        return f"{url} leads nowhere"
    there = {each["name"] for each in dashboards[to[1]]["templating"]["list"]}
    chosen = {a or b for a, b in re.findall(r"var-(\w+)=|\$\{(\w+):queryparam\}", url)}
    return f"{to[1]} has no variable {', '.join(sorted(chosen - there))}" if chosen - there else None


def problems_of_links(name, dashboard, dashboards):
    for panel in dashboard["panels"]:
        links = [each["url"] for each in panel.get("fieldConfig", {}).get("defaults", {}).get("links", [])]
        for url in links + re.findall(r"\]\(([^)]*)\)", panel.get("options", {}).get("content", "")):
            if problem := problem_of_link(url, dashboards):
                yield f'{name} "{panel["title"]}": {problem}'


def problems_of_alerts(text, dashboards):
    urls = re.findall(r"^ *dashboard_url: (.*)$", text, re.M)
    if len(urls) != text.count("- alert:"):
        yield f"{text.count('- alert:')} alerts, and {len(urls)} of them lead to a dashboard"
    yield from filter(None, (problem_of_link(url, dashboards) for url in urls))


def main():
    metrics = documented(pathlib.Path(sys.argv[1]).read_text())
    dashboards = {pathlib.Path(path).stem: json.loads(pathlib.Path(path).read_text()) for path in sys.argv[3:]}
    assert len(metrics) > 60, "docs/metrics.md is not read as it was"
    found = [*problems_of_metrics(metrics, dashboards), *problems_of_alerts(pathlib.Path(sys.argv[2]).read_text(), dashboards)]
    for name, dashboard in dashboards.items():
        if dashboard["uid"] != f"loadline-{name}":
            found.append(f"{name}: links to it lead to {dashboard['uid']}")
        found += [*problems_of_panels(name, dashboard), *problems_of_links(name, dashboard, dashboards)]
    sys.exit("\n".join(found) if found else 0)


main()
