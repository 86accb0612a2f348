#!/usr/bin/env python3
"""The chart renders what the old chart of system 1 (examples/cdc-keda) rendered, plus Loadline's trigger and its policy, and
nothing else; and where the policy takes the place of Prometheus triggers, it has all that they said.

before/ has the old objects, written from what is known of them. Compared is all but labels, object by object.

usage: plus_a_trigger.py HELM CHART
"""
import copy
import pathlib
import subprocess
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLE = HERE.parents[2] / "examples/cdc-keda"
LABEL = {"loadline.dev/policies": "true"}
SHADOW, TO_ZERO = EXAMPLE / "chart/shadow.yaml", EXAMPLE / "chart/scale-to-zero.yaml"
PROMETHEUS = "http://prometheus.monitoring.svc:9090"
LAG = {"query": "max(philotes_cdc_lag_seconds)", "threshold": 300, "activationThreshold": 60}
BUFFER = {"query": "max(philotes_buffer_depth)", "threshold": 8000, "activationThreshold": 1000}
WAL = {"host": "postgres.data.svc", "dbName": "orders", "userName": "philotes", "slot": "philotes", "targetQueryValue": 1000000,
       "activationTargetQueryValue": 100000}
AS_BEFORE = {"fallback": {"enabled": False}, "prometheusAddress": PROMETHEUS, "policy": {"mode": "yield"}}


def worker(**values):
    return {"workloads": {"cdc-worker": values}}


def trigger(policy, kind):
    # KEDA makes no jobs of a ScaledJob whose trigger has a metricType.
    return {"type": "external", **({"metricType": "AverageValue"} if kind == "ScaledObject" else {}),
            "metadata": {"scalerAddress": "loadline.loadline.svc:50051", "policy": policy}}


class Case:
    def __init__(self, before, files, values=None, policy="cdc-worker", adds=None, replaces=False, like=None):
        self.before, self.files, self.values, self.policy = before, files, values, policy
        self.adds = adds or {}  # to the spec of the ScaledObject
        self.replaces = replaces  # the policy takes the place of the Prometheus triggers; True: by a signal for each
        self.like = like  # the policy of examples/cdc-keda/policy.yaml that it is: its scenarios hold for what is rendered


FALLBACK = {"failureThreshold": 3, "replicas": 4, "behavior": "currentReplicasIfHigher"}
CASES = [
    Case("scale-to-zero", [SHADOW]),
    Case("scale-to-zero", [SHADOW], {"workloads": {"cdc-worker": {"loadline": {"enabled": False}}}}, policy=None),
    Case("scale-to-zero", [SHADOW, TO_ZERO],
         worker(policy={"signals": yaml.safe_load(SHADOW.read_text())["workloads"]["cdc-worker"]["policy"]["signals"]}),
         adds={"fallback": FALLBACK}, replaces=True),
    Case("basic", [EXAMPLE / "chart/basic.yaml"], worker(triggers={"prometheus": [LAG, BUFFER]}, **AS_BEFORE)),
    Case("basic", [EXAMPLE / "chart/basic.yaml"], adds={"fallback": {**FALLBACK, "replicas": 1}}, replaces=True, like="cdc-worker"),
    Case("own-secret", [EXAMPLE / "chart/basic.yaml"],
         worker(triggers={"postgresql": [{**WAL, "password": {"value": "hunter2"}}], "cpu": {"enabled": True}}, **AS_BEFORE)),
    Case("without-keda", [SHADOW, EXAMPLE / "chart/without-keda.yaml"], policy=None),
    Case("batch", [EXAMPLE / "chart/batch.yaml"],
         {"workloads": {"cdc-batch": {"prometheusAddress": PROMETHEUS, "triggers": {"prometheus": [BUFFER]}, "policy": {"mode": "yield"}}}},
         policy="cdc-worker-backlog"),
    Case("batch", [EXAMPLE / "chart/batch.yaml"], policy="cdc-worker-backlog", like="cdc-worker-backlog", replaces="by other signals"),
]
LIKE = [("cdc-worker-to-zero", [SHADOW, TO_ZERO]), ("cdc-worker-all", [EXAMPLE / "chart/all.yaml"])]


def by_name(text):
    return {(each["kind"], each["metadata"]["name"]): each for each in yaml.safe_load_all(text) if each}


def render(helm, chart, files, values=None):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as more:
        yaml.safe_dump(values or {}, more)
        more.flush()
        arguments = [argument for file in [*files, more.name] for argument in ("--values", str(file))]
        done = subprocess.run([helm, "template", "orders", chart, "--namespace", "data", "--kube-version", "1.36.0", *arguments],
                              capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return by_name(done.stdout)


def without_labels(each):
    plain = copy.deepcopy(each)
    plain["metadata"].pop("labels", None)
    return plain


def take_policies(objects):
    """The policies' ConfigMap comes beside the others: takes it away, and yields its policies by name."""
    policies = {}
    for key in [key for key in objects if key[0] == "ConfigMap"]:
        each = objects.pop(key)
        assert LABEL.items() <= each["metadata"]["labels"].items(), each
        for text in each["data"].values():
            document = yaml.safe_load(text)
            policies[document["metadata"]["name"]] = document["spec"]
    return policies


def says(policy, replaced):
    """Whether a signal of the policy has all that a Prometheus trigger said."""
    metadata = replaced["metadata"]
    activation = float(metadata.get("activationThreshold", 0))
    return any(signal.get("query") == metadata["query"] and signal["perReplica"] == float(metadata["threshold"]) and
               signal.get("activateAbove", 0) == activation for signal in policy["signals"])


def check(case, helm, chart):
    found = render(helm, chart, case.files, case.values)
    policies = take_policies(found)
    wanted = by_name((HERE / f"before/{case.before}.yaml").read_text())
    assert list(policies) == ([case.policy] if case.policy else []), policies
    for each in wanted.values():
        if each["kind"] not in ("ScaledObject", "ScaledJob"):
            continue
        each["spec"].update(case.adds)
        before = each["spec"]["triggers"]
        if case.replaces:
            each["spec"]["triggers"] = [one for one in before if one["type"] != "prometheus"]
        if case.replaces is True:
            lost = [one for one in before if one["type"] == "prometheus" and not says(policies[case.policy], one)]
            assert not lost, f"the policy does not say {lost}"
        if case.policy:
            each["spec"]["triggers"] = each["spec"]["triggers"] + [trigger(case.policy, each["kind"])]
    assert found.keys() == wanted.keys(), f"{found.keys()} and not {wanted.keys()}"
    for key, each in wanted.items():
        if without_labels(found[key]) != each:
            sys.exit(f"{case.before}: {key}:\nwant:\n{yaml.safe_dump(each)}\nfound:\n{yaml.safe_dump(without_labels(found[key]))}")
    if case.like:
        is_like(policies[case.policy], case.like)


def is_like(policy, name):
    """The policy is the example's of that name, whose scenarios show what it decides."""
    examples = {each["metadata"]["name"]: each["spec"] for each in yaml.safe_load_all((EXAMPLE / "policy.yaml").read_text())}
    wanted = copy.deepcopy(examples[name])
    policy = {**policy, "mode": policy.get("mode", "active")}
    wanted["mode"] = "active"
    if name == "cdc-worker-backlog":  # a ScaledJob's least is none
        wanted["replicas"]["min"], wanted["onEmpty"] = 0, "zero"
    assert policy == wanted, f"{name}:\nwant:\n{yaml.safe_dump(wanted)}\nfound:\n{yaml.safe_dump(policy)}"


def main():
    helm, chart = sys.argv[1:]
    for case in CASES:
        check(case, helm, chart)
    for name, files in LIKE:
        [policy] = take_policies(render(helm, chart, files)).values()
        is_like(policy, name)


main()
