#!/usr/bin/env python3
"""What `loadline serve` takes: its memory and CPU by the number of bindings, with a real Prometheus, SQLite's journal and
ticks of 15 s. The chart's `resources` and the table of docs/helm.md come from here.

usage: tests/bench/serve_resources.py LOADLINE [BINDINGS ...]      default: 0 100 1000
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

POLICY = """apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: worker, namespace: data }
spec:
  parameters: { n: { pattern: "[0-9]{1,6}" } }
  replicas: { max: 40 }
  signals:
    - { name: lag, query: "vector(${n}) + 60 * (timestamp(vector(1)) % 600 > bool 300)", perReplica: 300 }
    - { name: buffer, query: "vector(${n} * 8)", perReplica: 8000 }
"""
TICKS = 8


def wait_for(what, found):
    for _ in range(300):
        result = found()
        if result:
            return result
        time.sleep(0.1)
    sys.exit(f"{what} is not up after 30 s")


def ports_of(log):
    started = re.search(r'"event":"started".*', log.read_text())
    return started and json.loads("{" + started[0])


def status(pid, field):
    return int(re.search(rf"{field}:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def cpu_seconds(pid):
    user, system = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def measure(loadline, prometheus, bindings, folder):
    (folder / "policies").mkdir(parents=True)
    (folder / "policies/worker.yaml").write_text(POLICY)
    log = folder / "serve.log"
    serve = subprocess.Popen(
        [loadline, "serve", "--grpc.listen=127.0.0.1:0", "--http.listen=127.0.0.1:0", f"--policies.path={folder}/policies",
         f"--dataDir={folder}/data", f"--set=sources.default.url={prometheus}"], stderr=log.open("w"))
    try:
        ports = wait_for("serve", lambda: ports_of(log))
        for n in range(bindings):
            subprocess.run([loadline, "probe", f"127.0.0.1:{ports['grpc_port']}", "--policy", "worker", "--namespace", "data",
                            "--name", f"worker-{n}", "--metadata", f"n={n}"], stdout=subprocess.DEVNULL)
        before, began = cpu_seconds(serve.pid), time.monotonic()
        time.sleep(TICKS * 15)
        cpu = (cpu_seconds(serve.pid) - before) / (time.monotonic() - began)
        page = urllib.request.urlopen(f"http://127.0.0.1:{ports['http_port']}/metrics").read().decode()
        there = int(float(re.search(r"^loadline_bindings (\S+)", page, re.M)[1]))
        print(f"| {there} | {status(serve.pid, 'VmRSS'):.0f} MiB | {status(serve.pid, 'VmHWM'):.0f} MiB | {cpu * 1000:.1f} m |", flush=True)
    finally:
        serve.terminate()
        serve.wait()


def main():
    loadline, counts = sys.argv[1], [int(n) for n in sys.argv[2:]] or [0, 100, 1000]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "prometheus.yml").write_text("global: {}\n")
        address = f"127.0.0.1:{free_port()}"
        prometheus = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb",
             f"--web.listen-address={address}"], stderr=subprocess.DEVNULL)
        try:
            def ready():
                try:
                    return urllib.request.urlopen(f"http://{address}/-/ready").status == 200
                except OSError:
                    return False
            wait_for("Prometheus", ready)
            print("| bindings | memory | at most | CPU |\n|---|---|---|---|", flush=True)
            for bindings in counts:
                measure(loadline, f"http://{address}", bindings, folder / str(bindings))
        finally:
            prometheus.terminate()
            prometheus.wait()


main()
