#!/usr/bin/env python3
"""Prints a file's objects of which the API server knows the kind, and says on stderr which it does not.
usage: known_kinds.py RENDERED.yaml "$(kubectl api-resources --no-headers --output name)" """
import sys

import yaml

groups = {name.partition(".")[2] for name in sys.argv[2].split()}
known = []
for each in yaml.safe_load_all(open(sys.argv[1])):
    if not each:
        continue
    group = each["apiVersion"].rpartition("/")[0]
    if group in groups:
        known.append(each)
    else:
        print(f"   left out, as its definition is not there: {each['kind']} of {sys.argv[1]}", file=sys.stderr)
yaml.safe_dump_all(known, sys.stdout)
