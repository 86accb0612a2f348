"""Runs the commands of one page, in a copy of what a clone holds. Called by commands.py, in a namespace of its own.

usage: page.py JOB.json     It prints a line of JSON: what was run, and what is wrong.
"""

import json
import os
import pathlib
import re
import selectors
import shutil
import subprocess
import sys
import time

import yaml

sys.dont_write_bytecode = True  # before what lies beside this file is imported

import checks
import markdown
import world

EMPTY = {"docs/scenarios.md"}  # begins in an empty folder: it says `loadline test .`
COPIED = ("examples", "charts", "config", "docs", "README.md", "tests/scenarios", "tests/accuracy")
ENDLESS = re.compile(r"curl (.* )?-N\b|--watch\b")
SERVE = re.compile(r"^(build/)?loadline serve\b(?!.*--check)")
ASKS = re.compile(r"loadline (?:-\S+ \S+ )*(explain|history|diff|status|override|probe)\b|kubectl loadline replay|:8080|:50051|/var/lib/loadline")
READS = re.compile(r"loadline (?:-\S+ \S+ )*(explain|history|diff|status|probe)\b|loadline replay (--server|-n)|curl [^|]*/api/v1/replays/")
CLUSTER = re.compile(r"\b(kubectl|helm)\b")
PLUGIN = re.compile(r"kubectl loadline\b|--kube\b")


def placeholders():
    """What pages write for whatever the reader has, and what stands for it here."""
    ago = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds))
    return {"NAMESPACE": "data", "NAME": "orders-cdc", "2026-11-24T04:00:00Z": ago(0), "03:12": ago(3600)}


def squeezed(command):
    """As it stands in not_run.txt: on one line, without the remark behind it."""
    return " ".join(re.sub(r"\s+#.*$", "", command.replace("\\\n", " "), flags=re.M).split())


class Shell:
    """A bash that keeps its variables from one command to the next."""

    def __init__(self, folder, environment):
        self.read, write = os.pipe()
        self.write = write
        self.output = folder.parent / "output"
        self.process = subprocess.Popen(["bash", "--norc"], stdin=subprocess.PIPE, text=True, cwd=folder, env=environment,
                                        pass_fds=[write], start_new_session=True)
        self.waiting = selectors.DefaultSelector()
        self.waiting.register(self.read, selectors.EVENT_READ)

    def run(self, command, limit):
        """Its exit code, None where it did not end within `limit` seconds, and what it printed."""
        self.process.stdin.write(f"{{ {command}\n}} >{self.output} 2>&1 </dev/null\nprintf '%s\\n' $? >&{self.write}\n")
        self.process.stdin.flush()
        ended = self.waiting.select(limit)
        if not ended:
            subprocess.run(["pkill", "-P", str(self.process.pid)])
            self.waiting.select(10)
        code = int(os.read(self.read, 100).decode() or 1)
        return (code if ended else None), self.output.read_text(errors="replace")

    def end(self):
        try:
            os.killpg(self.process.pid, 9)
        except ProcessLookupError:
            pass
        self.process.wait()


class Page:
    def __init__(self, job):
        self.job = job
        self.root, self.run = pathlib.Path(job["root"]), pathlib.Path(job["run"])
        self.given = self.root / "tests/docs/given"
        self.folder = self.run / "clone"
        text = (self.root / job["page"]).read_text()
        self.parsed = markdown.read(text)
        self.all = [(line, command, output) for block in self.parsed.blocks for line, command, output in markdown.commands(block)]
        tokens = any("TOKEN" in command or "--token-file" in command for _, command, _ in self.all)
        self.world = world.World(self.run, job["loadline"], pathlib.Path(job["history"]), job["begin"],
                                 pathlib.Path(job["cluster"]) if job["cluster"] else None, tokens)
        self.problems, self.ran, self.left, self.own_serve = [], [], [], False

    def lay_out(self):
        self.folder.mkdir()
        bin_folder = self.run / "bin"
        bin_folder.mkdir()
        for name in ("loadline", "kubectl-loadline"):
            (bin_folder / name).symlink_to(self.job["loadline"])
        if self.job["page"] not in EMPTY and self.all:
            for each in COPIED:
                source, target = self.root / each, self.folder / each
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
            (self.folder / "build").mkdir()
            (self.folder / "build/loadline").symlink_to(self.job["loadline"])
            shutil.copy(self.given / "token", self.folder)
        # A status of 400 or more is a failure; a page that shows one says so.
        curl = shutil.which("curl")
        (bin_folder / "curl").write_text(f'#!/bin/sh\nexec {curl} --fail-with-body --noproxy "*" "$@"\n')
        if self.job["cluster"]:
            (bin_folder / "kubectl").symlink_to(pathlib.Path(self.job["cluster"]) / "kubectl")
        if self.job["helm"]:
            # Without a cluster an install can still be rendered.
            rendered = f'case $1 in install|upgrade) shift; set -- template "$@";; uninstall|rollback) exit 0;; esac\n'
            (bin_folder / "helm").write_text(f'#!/bin/bash\n{"" if self.job["cluster"] else rendered}exec {self.job["helm"]} "$@"\n')
        for each in bin_folder.iterdir():
            if not each.is_symlink():
                each.chmod(0o755)
        more = self.given / self.job["page"]
        if more.is_dir():
            shutil.copytree(more, self.folder, dirs_exist_ok=True)
            make = self.folder / "make.py"
            if make.exists():
                subprocess.run([sys.executable, make], cwd=self.folder, check=True)
        environment = {key: text for key, text in os.environ.items() if key.lower() not in ("http_proxy", "https_proxy", "all_proxy")}
        environment |= {"PATH": f"{bin_folder}:{os.environ['PATH']}", "TOKEN": world.OPERATOR, "NO_PROXY": "*",
                        "HELM_CACHE_HOME": str(self.run / "helm"), "HELM_CONFIG_HOME": str(self.run / "helm"),
                        "HELM_DATA_HOME": str(self.run / "helm")}
        environment.pop("KUBECONFIG", None)
        self.shell = Shell(self.folder, environment)

    def fail(self, line, what):
        self.problems.append(f"{self.job['page']}:{line}: {what}")

    def objects(self):
        """What is in the page's cluster before its first command."""
        more = self.given / self.job["page"] / "cluster.yaml"
        plugin = any(PLUGIN.search(command) for _, command, _ in self.all)
        return (world.IN_CLUSTER if plugin else "") + ("\n---\n" + more.read_text() if more.exists() else "")

    def prepare(self, command):
        """Starts what the command needs. False where it cannot be had here."""
        if CLUSTER.search(command):
            if re.search(r"\bhelm\b", command) and not self.job["helm"]:
                return False
            if re.search(r"\bkubectl\b", command) and not self.job["cluster"] and not re.search(r"\bhelm\b", command):
                return False
            if self.job["cluster"]:
                self.world.cluster(self.root, self.objects())
                self.shell.run(f"export KUBECONFIG={self.world.environment['KUBECONFIG']}", 5)
        if ":9090" in command or SERVE.match(command):
            self.world.prometheus()
        if SERVE.match(command):
            self.world.stop("serve")
        elif ASKS.search(command) and not self.own_serve and "serve" not in self.world.children:
            self.world.serve(self.given)
        return True

    def try_one(self, line, command, output):
        if squeezed(command) in self.job["not_run"]:
            self.left.append(squeezed(command))
            return
        if self.job["page"] not in EMPTY:
            for what in checks.problems(self.root, self.job["loadline"], command):
                self.fail(line, what)
        for word, meant in placeholders().items():
            command = re.sub(rf"(?<![\w=]){re.escape(word)}(?!\w)", meant, command)
            command = command.replace(f"={word}/", f"={meant}/").replace(f"={word}&", f"={meant}&").replace(f"={word}'", f"={meant}'")
        if not self.prepare(command):
            self.left.append(squeezed(command))
            return
        if SERVE.match(command):
            code, said = self.shell.run(f"{{ {command}\n}} >{self.run}/own-serve.log 2>&1 &", 10)
            self.own_serve = True
            try:
                self.world.ready()
            except RuntimeError as problem:
                self.fail(line, f"{command}\n{problem}\n{(self.run / 'own-serve.log').read_text()[-800:]}")
            self.ran.append(command)
            for problem in re.findall(r'^loadline_policy_problems\{.*severity="error".*\} [1-9]', world.get("http://127.0.0.1:8080/metrics") or "", re.M):
                self.fail(line, f"{command}\nit does not take all that it is given: {problem}")
            return
        limit = 4 if ENDLESS.search(command) else 60
        code, said = self.shell.run(command, limit)
        # Just after a start a journal may not be open yet: a person would ask again.
        until = time.monotonic() + 10
        while code not in (0, None) and output is None and READS.search(command) and time.monotonic() < until:
            time.sleep(0.3)
            code, said = self.shell.run(command, limit)
        self.ran.append(command)
        if ENDLESS.search(command):
            if not said.strip():
                self.fail(line, f"{command}\nprinted nothing")
        elif output is not None:
            if said != output:
                self.fail(line, f"$ {command}\n--- the page says\n{output}--- it says\n{said}")
        elif code != 0:
            self.fail(line, f"{command}\n{'did not end' if code is None else f'exit code {code}'}: {said[-1500:]}")

    def put(self, block):
        """Writes a file that the page shows. Of one that is in the repository the page shows a part, which has to be so."""
        file = self.folder / block.file
        if not (self.root / block.file).is_file():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text)
            return
        there = iter([line.strip() for line in file.read_text().splitlines()])
        for line in filter(None, (each.strip() for each in block.text.splitlines())):
            if line != "..." and line not in there:
                self.fail(block.line, f"{block.file} has no such line there: {line}")
                return

    def documents(self):
        """Loadline's documents that the page shows are valid, and options of serve are options."""
        shown = self.run / "shown"
        shown.mkdir()
        count = 0
        for block in self.parsed.blocks:
            if block.file and any(output is not None and block.file in command for _, command, output in self.all):
                continue  # the page says itself what is to be said of it
            if block.kind == "yaml" and re.match(r"(#.*\n)*apiVersion: loadline\.dev/v1", block.text):
                count += 1
                (shown / f"{count}.yaml").write_text(block.text)
            elif block.kind == "yaml" and re.search(r"^kind: ConfigMap$", block.text, re.M):
                for held in yaml.safe_load(block.text)["data"].values():
                    count += 1
                    (shown / f"{count}.yaml").write_text(held)
            elif block.kind == "yaml" and block.file == "loadline.yaml":
                (self.folder / "policies").mkdir(exist_ok=True)
                (self.folder / "shown.yaml").write_text(block.text)
                said = subprocess.run([self.job["loadline"], "serve", "--config", "shown.yaml", "--check"], cwd=self.folder,
                                      capture_output=True, text=True)
                if said.returncode != 0:
                    self.fail(block.line, said.stderr)
        if count:
            said = subprocess.run([self.job["loadline"], "validate", shown], capture_output=True, text=True)
            if said.returncode != 0:
                self.fail(0, f"documents that it shows, in order:\n{said.stdout}{said.stderr}")
        return count

    def spoken(self):
        """Commands in the text itself: `loadline ...` and the like."""
        text = markdown.prose_text(self.parsed)
        for code in re.findall(r"`([^`]+)`", text):
            code = " ".join(code.split())
            if re.match(r"^(build/)?loadline [a-z]|^kubectl [a-z-]|^helm [a-z]", code):
                for what in checks.problems(self.root, self.job["loadline"], code):
                    self.fail(0, f"`{code}`: {what}")

    def play(self):
        self.lay_out()
        try:
            for block in self.parsed.blocks:
                if block.file:
                    self.put(block)
                for line, command, output in markdown.commands(block):
                    self.try_one(line, command, output)
            documents = self.documents()
            self.spoken()
        except RuntimeError as problem:
            documents = 0
            self.fail(0, str(problem))
        finally:
            self.shell.end()
            self.world.end()
        return {"page": self.job["page"], "ran": self.ran, "left": self.left, "documents": documents, "problems": self.problems}


if __name__ == "__main__":
    print(json.dumps(Page(json.loads(pathlib.Path(sys.argv[1]).read_text())).play()))
