#!/usr/bin/env python3
"""What `loadline validate` says of the documents in the ConfigMaps that are rendered: nothing, not even a warning.

usage: policies.py LOADLINE RENDERED.yaml ...
"""
import pathlib
import subprocess
import sys
import tempfile

import yaml

LABEL = "loadline.dev/policies"


def main():
    loadline, cases = sys.argv[1], [pathlib.Path(case) for case in sys.argv[2:]]
    found, problems = 0, []
    for case in cases:
        for each in yaml.safe_load_all(case.read_text()):
            if not each or each["kind"] != "ConfigMap" or LABEL not in each["metadata"]["labels"]:
                continue
            found += 1
            with tempfile.TemporaryDirectory() as folder:
                for key, text in each["data"].items():
                    pathlib.Path(folder, key).write_text(text)
                done = subprocess.run([loadline, "validate", folder], capture_output=True, text=True)
            said = done.stdout + done.stderr
            if done.returncode != 0 or "warning" in said:
                problems.append(f"{case.name}: {said.replace(folder, '')}")
    if problems or found < 6:
        sys.exit("\n".join(problems) or f"only {found} ConfigMaps were found")


main()
