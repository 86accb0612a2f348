#!/usr/bin/env python3
"""Prints a pod as the rendered Deployment or StatefulSet would make it. usage: pod_of.py RENDERED.yaml"""
import sys

import yaml

workload = next(each for each in yaml.safe_load_all(open(sys.argv[1])) if each and each["kind"] in ("Deployment", "StatefulSet"))
pod = workload["spec"]["template"]
pod["metadata"]["name"] = "pod"
for claim in workload["spec"].get("volumeClaimTemplates", []):
    name = claim["metadata"]["name"]
    pod["spec"]["volumes"].append({"name": name, "persistentVolumeClaim": {"claimName": f"{name}-pod"}})
yaml.safe_dump({"apiVersion": "v1", "kind": "Pod", **pod}, sys.stdout)
