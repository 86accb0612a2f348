#!/usr/bin/env python3
"""The chart's rights are those of examples/kubernetes/rbac.yaml, which the tests of the cluster run with: no more, no fewer.
usage: tests/chart/rights.py EXAMPLE RENDERED     RENDERED has http.tokens, and watches all namespaces
"""
import sys

import yaml


def rights_of(path):
    found = set()
    for each in yaml.safe_load_all(open(path)):
        if each and each["kind"] in ("ClusterRole", "Role"):
            for rule in each["rules"]:
                names = tuple(rule.get("resourceNames", []))
                found |= {(each["kind"], group, resource, verb, names)
                          for group in rule["apiGroups"] for resource in rule["resources"] for verb in rule["verbs"]}
    return found


example, rendered = map(rights_of, sys.argv[1:3])
if not example or example != rendered:
    sys.exit(f"only in the example: {sorted(example - rendered)}; only in the chart: {sorted(rendered - example)}")
