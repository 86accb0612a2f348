#!/usr/bin/env python3
"""Takes each rendered case as a kubelet would: makes the volumes of its pods, with the ConfigMaps and Secrets that the chart
renders and made-up ones in place of those that should be there already, and asks `loadline serve --check` whether it would
start, and `loadline validate` about the policies. So a path that is in loadline.yaml and is not mounted is found.

usage: tests/chart/options.py LOADLINE RENDERED.yaml ...
"""
import base64
import os
import pathlib
import subprocess
import sys
import tempfile

import yaml

TOKENS = "reader 0f8b6c1d2e3f405162738495a6b7c8d9 dashboards\n"
MADE_UP = {"tokens": TOKENS, "lines": TOKENS, "url": "https://chat.example.com/hook", "secrets": "whsec_bWFkZS11cC1tYWRlLXVwLW1hZGUtdXAtbWFkZS11cA==\n"}


def made_pair(folder):
    """A certificate and its key, as an existing Secret would have them."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=made-up", "-keyout", folder / "key", "-out", folder / "crt"], check=True, capture_output=True)
    return (folder / "crt").read_text(), (folder / "key").read_text()


def text_of(key, pair):
    """What an object that the chart does not make has under a key."""
    if key.endswith(".key"):
        return pair[1]
    if key.endswith((".crt", ".pem")):
        return pair[0]
    return MADE_UP.get(key, "made-up")


class Volumes:
    def __init__(self, objects, pair):
        self.pair = pair
        self.data = {}
        for each in objects:
            if each["kind"] == "ConfigMap":
                self.data["configMap", each["metadata"]["name"]] = each.get("data", {})
            if each["kind"] == "Secret":
                decoded = {key: base64.b64decode(value).decode() for key, value in each["data"].items()}
                self.data["secret", each["metadata"]["name"]] = decoded

    def files(self, kind, source):
        name = source.get("secretName") or source["name"]
        data = self.data.get((kind, name))
        if data is None:  # one that is there already
            wanted = [item["key"] for item in source.get("items", [])] or (["tls.crt", "tls.key", "ca.crt"] if kind == "secret" else [])
            data = {key: text_of(key, self.pair) for key in wanted}
        if "items" in source:
            return {item["path"]: data[item["key"]] for item in source["items"]}
        return data

    def fill(self, volume, folder):
        folder.mkdir(parents=True, exist_ok=True)
        found = {}
        for source in volume.get("projected", {}).get("sources", [volume]):
            for kind in ("configMap", "secret"):
                if kind in source:
                    found.update(self.files(kind, source[kind]))
        for name, text in found.items():
            (folder / name).write_text(text)


ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("LOADLINE_")}  # options


def run(problems, case, *command):
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    if done.returncode != 0:
        problems.append(f"{case}: {' '.join(map(str, command[:2]))}: {done.stdout}{done.stderr}")


def check(loadline, case, pair, problems):
    objects = [each for each in yaml.safe_load_all(case.read_text()) if each]
    pod = next(each for each in objects if each["kind"] in ("Deployment", "StatefulSet"))["spec"]["template"]["spec"]
    container = pod["containers"][0]
    volumes = Volumes(objects, pair)
    by_name = {volume["name"]: volume for volume in pod["volumes"]}
    with tempfile.TemporaryDirectory() as root:
        for mount in container["volumeMounts"]:
            folder = pathlib.Path(root + mount["mountPath"])
            folder.mkdir(parents=True, exist_ok=True)
            if mount["name"] in by_name:  # else a claim of the StatefulSet
                volumes.fill(by_name[mount["name"]], folder)
        config = pathlib.Path(root + container["args"][2])
        text = config.read_text()
        for mount in container["volumeMounts"]:
            text = text.replace(mount["mountPath"] + "/", root + mount["mountPath"] + "/")
        text = text.replace(": /etc/loadline/policies", f": {root}/etc/loadline/policies").replace("/var/lib/loadline", root + "/var/lib/loadline")
        config.write_text(text)
        run(problems, case.name, loadline, "serve", "--config", config, "--check")
        policies = pathlib.Path(root + "/etc/loadline/policies")
        if any(policies.glob("*/*.yaml")):
            run(problems, case.name, loadline, "validate", policies)


def main():
    loadline, cases = sys.argv[1], [pathlib.Path(case) for case in sys.argv[2:]]
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        pair = made_pair(pathlib.Path(folder))
        for case in cases:
            check(loadline, case, pair, problems)
    if problems or not cases:
        sys.exit("\n".join(problems) or "no cases")


main()
