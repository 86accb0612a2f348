#!/usr/bin/env python3
"""Runs every command of every markdown file, as it is written. README.md beside this file says by which conventions.

usage: commands.py SOURCE_DIR LOADLINE [PAGE...]

Each page has a network, process and mount namespace of its own. Where that is not permitted nothing is run: it says so,
looks at the commands without running them, and ends with 77.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # before what lies beside this file is imported

import checks
import links
import markdown
import page
import world

HERE = pathlib.Path(__file__).resolve().parent
NAMESPACE = ["unshare", "--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
INSIDE = 'ip link set lo up && ip address add 10.9.8.7/32 dev lo && mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/loadline && mount -t tmpfs tmpfs "$1" && shift && exec "$@"'


def not_run():
    """The commands of not_run.txt; each stands below a line that says why."""
    found, reason = {}, None
    for number, line in enumerate((HERE / "not_run.txt").read_text().splitlines(), 1):
        if line.startswith("# "):
            reason = line
        elif line.strip():
            assert reason, f"not_run.txt:{number}: no reason above it"
            found[line.strip()] = number
    return found


def run_page(job, folder):
    run = folder / job["page"].replace("/", "_")
    work = run / "work"  # in memory: it goes with the namespace
    work.mkdir(parents=True)
    job = job | {"run": str(work)}
    (run / "job.json").write_text(json.dumps(job))
    begun = time.monotonic()
    said = subprocess.run([*NAMESPACE, "bash", "-c", INSIDE, "page", work, sys.executable, HERE / "page.py", run / "job.json"],
                          capture_output=True, text=True)
    if said.returncode != 0:
        return {"page": job["page"], "ran": [], "left": [], "documents": 0, "problems": [f"{job['page']}: {said.stdout}{said.stderr}"]}
    return json.loads(said.stdout.splitlines()[-1]) | {"seconds": time.monotonic() - begun}


def main():
    begun = time.monotonic()
    root, loadline = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    chosen = sys.argv[3:] or links.pages(root)
    listed = not_run()
    pages = {name: markdown.read((root / name).read_text()) for name in links.pages(root)}
    standing = {page.squeezed(command) for each in pages.values() for block in each.blocks for _, command, _ in markdown.commands(block)}
    problems = [f"not_run.txt:{number}: {command}: stands in no page" for command, number in listed.items() if command not in standing]

    permitted = subprocess.run([*NAMESPACE, "bash", "-c", INSIDE, "page", "/mnt", "true"], capture_output=True).returncode == 0
    helm, cluster = world.ready_made(root)
    for missing, what in ((helm, "helm"), (cluster, "API server")):
        if not missing:
            print(f"no {what} has been built (tests/chart/run.sh does): its commands are looked at, not run")
    if not permitted:
        print("no namespaces to be had: commands are looked at, not run")
        for name, each in pages.items():
            for block in each.blocks:
                for line, command, _ in markdown.commands(block):
                    problems += [f"{name}:{line}: {what}" for what in checks.problems(root, loadline, command)]
        print("\n".join(problems))
        return 1 if problems else 77

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        begin = world.make_history(folder)
        job = {"root": str(root), "loadline": str(loadline), "history": str(folder / "tsdb"), "begin": begin, "not_run": listed,
               "helm": str(helm) if helm else "", "cluster": str(cluster) if cluster else ""}
        # Much of a page's time is waiting; the longest pages begin first.
        length = {name: sum(1 for block in each.blocks for _ in markdown.commands(block)) for name, each in pages.items()}
        chosen = sorted(chosen, key=lambda name: -length[name])
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            results = list(pool.map(lambda name: run_page(job | {"page": name}, folder), chosen))
    ran = sum(len(each["ran"]) for each in results)
    for each in sorted(results, key=lambda each: each["page"]):
        problems += each["problems"]
        if each["ran"] or each["left"] or each["documents"]:
            print(f"{each['page']}: {len(each['ran'])} commands run, {len(each['left'])} not; {each['documents']} documents"
                  f" ({each.get('seconds', 0):.1f} s)")
    for name in sorted({left for each in results for left in each["left"]} - listed.keys()):
        print(f"looked at only: {name}")
    print("\n".join(problems))
    if ran == 0 and not sys.argv[3:]:
        problems.append("nothing was run")
    print(f"{ran} commands of {len(chosen)} pages in {time.monotonic() - begun:.0f} s: {'all well' if not problems else f'{len(problems)} problems'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
