"""Runs what a page of the documentation shows: policies must be valid, scenarios must pass, and commands must print
what the page says they print.

usage: page_runs.py LOADLINE PAGE

Of the fenced blocks: documents of Loadline (yaml), options of serve (yaml, named loadline.yaml) and scenarios become
files, by the name that stands last in the text before them, such as `policies/checkout.yaml`. In a block of kind
console a line "$ command" is run beside those files, in the order of the page; what follows it is its output.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
NAME = re.compile(r"`([\w./-]+\.(?:yaml|scenario))`")


def blocks(text):
    """Of each fenced block: its kind, what is in it, and the text since the one before."""
    end = 0
    for block in FENCE.finditer(text):
        yield block[1], block[2], text[end : block.start()]
        end = block.end()


def run(command, folder):
    ran = subprocess.run(command, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return ran.returncode, ran.stdout


class Page:
    def __init__(self, folder):
        self.folder = folder
        self.failures = []
        self.counts = {"document": 0, "scenario": 0, "options": 0, "command": 0}
        self.options = []

    def write(self, kind, content, before):
        self.counts[kind] += 1
        named = [name for name in NAME.findall(before) if name.endswith(".scenario" if kind == "scenario" else ".yaml")]
        unnamed = f"unnamed-{self.counts[kind]}.{'scenario' if kind == 'scenario' else 'yaml'}"
        file = self.folder / (named[-1] if named else unnamed)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        return file

    def take(self, kind, content, before):
        if kind == "yaml" and "apiVersion: loadline.dev/v1" in content:
            self.write("document", content, before)
        elif kind == "yaml" and NAME.findall(before)[-1:] == ["loadline.yaml"]:
            self.counts["options"] += 1
            self.options.append(content)
        elif kind == "" and re.search(r"^policy ", content, re.M):
            self.write("scenario", content, before)
        elif kind == "console":
            for command, _, output in [each.partition("\n") for each in re.split(r"^\$ ", content, flags=re.M)[1:]]:
                self.counts["command"] += 1
                self.expect(command, output)

    def expect(self, command, output):
        _, said = run(command, self.folder)
        if said != output:
            self.failures.append(f"$ {command}\n--- the page says\n{output}--- it says\n{said}")

    def finish(self):
        for command in ["loadline validate ."] + (["loadline test ."] if self.counts["scenario"] else []):
            code, said = run(command, self.folder)
            if code != 0:
                self.failures.append(f"$ {command}\n{said}")
        for options in self.options:
            (self.folder / "policies").mkdir(exist_ok=True)
            (self.folder / "loadline.yaml").write_text(options)
            code, said = run("loadline serve --config loadline.yaml --check", self.folder)
            if code != 0:
                self.failures.append(f"loadline.yaml\n{said}")


def main():
    loadline, path = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PATH"] = f"{loadline.parent}:{os.environ['PATH']}"
        page = Page(pathlib.Path(folder))
        for block in blocks(path.read_text()):
            page.take(*block)
        page.finish()
    shown = page.counts["document"] if path.name == "policy-reference.md" else page.counts["scenario"]
    if not page.counts["document"] or not shown:
        page.failures.append(f"{path.name} shows no policy, or no scenario")
    print(f"{path.name}: " + ", ".join(f"{count} of kind {kind}" for kind, count in page.counts.items()))
    print("\n".join(page.failures))
    sys.exit(1 if page.failures else 0)


main()
