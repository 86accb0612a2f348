#!/usr/bin/env python3
"""What is wrong on a page is found: a page on which every command and every link is wrong, each in its own way.

usage: finds.py SOURCE_DIR LOADLINE
"""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

# Line by line: what stands on the page, and what has to be said of it.
WRONG = [
    ("    loadline replay --recording examples/replay/web.csv --policy examples/replay/web.yaml --capacty 50", "no option --capacty"),
    ("    loadline validate examples/replay/wab.yaml", "there is no examples/replay/wab.yaml"),
    ("    loadline explain data/nobody", "exit code 1"),
    ("    curl -s localhost:8080/api/v1/decision", "exit code 22"),
    ("    cmake --build --preset release --target no_such_bench", "there is no target no_such_bench"),
    ("    helm upgrade a charts/loadline --set replicaz=3", "has no value replicaz"),
    ("    kubectl get endpointslizes", "endpointslizes is no known resource"),
    ("    no-such-program", "exit code 127"),
    ("See `loadline staus`.", "loadline has no command staus"),
    ("See `loadline status --problem`.", "no option --problem"),
    ("See [there](docs/no-such-page.md).", "there is no docs/no-such-page.md"),
    ("See [there](#no-such-heading).", "no heading of that anchor"),
    ("See `tests/docs/no-such-file.py`.", "`tests/docs/no-such-file.py`: there is none"),
    ("```console\n$ echo one\ntwo\n```", "--- it says\none"),
    ("`examples/load-score/policy.yaml`:\n\n```yaml\nmetadata: { name: proxies }\n```", "has no such line there"),
    ("```yaml\napiVersion: loadline.dev/v1\nkind: ScalingPolicy\n```", "spec: is required"),
]


def main():
    root, loadline = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        for each in root.iterdir():
            if each.name not in ("README.md", ".git", "build"):
                pathlib.Path(folder, each.name).symlink_to(each)
        pathlib.Path(folder, "README.md").write_text("# A page\n\n" + "\n\n".join(text for text, _ in WRONG) + "\n")
        links = subprocess.run([sys.executable, HERE / "links.py", folder], capture_output=True, text=True)
        commands = subprocess.run([sys.executable, HERE / "commands.py", folder, loadline], capture_output=True, text=True)
    if commands.returncode == 77:
        return 77
    said = links.stdout + commands.stdout
    missed = [f"not found: {text!r} ({wanted})" for text, wanted in WRONG if wanted not in said]
    # Of not_run.txt nothing stands on this page.
    if said.count("stands in no page") < 10:
        missed.append("entries of not_run.txt that stand in no page are not found")
    if missed:
        print("\n".join(missed + [said]))
    print(f"{len(WRONG)} ways to be wrong, {len(missed)} not found")
    return 1 if missed or links.returncode != 1 or commands.returncode != 1 else 0


if __name__ == "__main__":
    sys.exit(main())
