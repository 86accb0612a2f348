#!/usr/bin/env python3
"""Runs the image as the chart's pod would run: its user, its arguments, its mounts, a read-only root, no capabilities. A real
Prometheus answers, under a name that a DNS server tells; the program outside asks. Everything is in a network of its own.

usage, in a mount and network namespace of its own: serve.py ROOTFS IMAGE.json BINARY WORK
"""
import fcntl
import http.client
import http.server
import json
import os
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import yaml

from pod import Pod, bind

ROOT = Path(__file__).resolve().parents[2]
NAME_SERVER = "127.0.0.53"
POLICY = """apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: web }
spec:
  allowedNamespaces: ["*"]
  replicas: { max: 9 }
  signals:
    - { name: load, query: "vector(300)", perReplica: 100 }
    - { name: open, schedule: { timezone: Europe/Berlin, windows: [ { start: "0 0 * * *", end: "0 0 * * *", replicas: 1 } ] } }
"""


def expect(true, what):
    if not true:
        sys.exit(f"serve: {what}")


def bring_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        SIOCSIFFLAGS, IFF_UP = 0x8914, 1
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def serve_names(server):
    """Every name's IPv4 address is 127.0.0.1; it has no other."""
    while True:
        question, caller = server.recvfrom(512)
        end = question.index(b"\0", 12) + 5
        of_ipv4 = question[end - 4:end - 2] == b"\0\1"
        head = question[:2] + struct.pack(">HHHHH", 0x8580, 1, int(of_ipv4), 0, 0)
        answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton("127.0.0.1") if of_ipv4 else b""
        server.sendto(head + question[12:end] + answer, caller)


def start_names():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((NAME_SERVER, 53))
    threading.Thread(target=serve_names, args=[server], daemon=True).start()


def start_prometheus(work):
    (work / "prometheus.yml").write_text("{}\n")
    process = subprocess.Popen(["prometheus", f"--config.file={work}/prometheus.yml", f"--storage.tsdb.path={work}/tsdb",
                                "--web.listen-address=127.0.0.1:9090"], stderr=subprocess.PIPE, text=True)
    follow(process, "Server is ready to receive web requests")
    return process


def start_stranger(work):
    """An HTTPS server whose certificate no authority has signed."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=stranger.test",
                    "-addext", "subjectAltName=DNS:stranger.test", "-keyout", work / "key.pem", "-out", work / "cert.pem"],
                   check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(work / "cert.pem", work / "key.pem")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 9443), http.server.BaseHTTPRequestHandler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # refused handshakes are what it is for
    threading.Thread(target=server.serve_forever, daemon=True).start()


def follow(process, until):
    """Reads what a process says up to a line; goes on reading, so that it never waits for us."""
    said = []
    for line in process.stderr:
        said.append(line)
        if until in line:
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return "".join(said)
    sys.exit(f"serve: {process.args[0]} ended without \"{until}\":\n{''.join(said)}")


def get(path):
    connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def probe(binary, policy):
    return subprocess.run([binary, "probe", "127.0.0.1:50051", "--policy", policy], capture_output=True, text=True)


def await_ready():
    """Asks as a kubelet does, but more often."""
    until = time.monotonic() + 60
    while (answer := get("/readyz"))[0] != 200:
        expect(time.monotonic() < until, f"/readyz: {answer}")
        time.sleep(0.05)


class Runtime:
    def __init__(self, work):
        self.work, self.command = work, ["crun", "--root", str(work / "crun"), "--cgroup-manager=disabled"]

    def start(self, name, bundle):
        folder = self.work / name
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps(bundle))
        return subprocess.Popen([*self.command, "run", "--bundle", str(folder), name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, name, bundle):
        process = self.start(name, bundle)
        said, problems = process.communicate()
        expect(process.returncode == 0, f"{name}: ended with {process.returncode}:\n{said}{problems}")
        return said

    def process_id(self, name):
        return json.loads(subprocess.run([*self.command, "state", name], check=True, capture_output=True).stdout)["pid"]

    def stop(self, name):
        subprocess.run([*self.command, "kill", name, "TERM"], check=True)


def check_confined(process_id, user):
    """The process is whom the pod says, and may do nothing."""
    state = dict(line.split(":\t", 1) for line in Path(f"/proc/{process_id}/status").read_text().splitlines() if ":\t" in line)
    expect(set(state["Uid"].split()) == {str(user)}, f"runs as {state['Uid']}")
    expect(int(state["CapEff"], 16) == int(state["CapBnd"], 16) == 0, "has capabilities")
    expect(state["NoNewPrivs"] == "1", "may gain privileges")
    mounts = [line.split() for line in Path(f"/proc/{process_id}/mountinfo").read_text().splitlines()]
    expect(next(each for each in mounts if each[4] == "/")[5].startswith("ro"), "its root can be written")


def main():
    files, image, binary, work = sys.argv[1], json.load(open(sys.argv[2]))["OCIv1"]["config"], sys.argv[3], Path(sys.argv[4])
    subprocess.run(["umount", "-R", "/sys/fs/cgroup"], check=True)
    subprocess.run(["mount", "-t", "cgroup2", "none", "/sys/fs/cgroup"], check=True)
    bring_loopback_up()
    start_names()
    start_stranger(work)
    prometheus = start_prometheus(work)

    pod, runtime = Pod(ROOT / "charts/manifests/loadline.yaml", image), Runtime(work)
    volumes = {volume["name"]: work / "volumes" / volume["name"] for volume in pod.spec["volumes"]}
    for folder in volumes.values():
        folder.mkdir(parents=True)
        os.chown(folder, 0, pod.spec["securityContext"]["fsGroup"])
        folder.chmod(0o2770)  # as a kubelet does for fsGroup
    (work / "resolv.conf").write_text(f"nameserver {NAME_SERVER}\n")
    (work / "policies").mkdir()
    (work / "policies/web.yaml").write_text(POLICY)
    (work / "policies/stranger.yaml").write_text(POLICY.replace("name: web", "name: stranger").replace("query:", "source: stranger, query:"))
    # The pod's options, but for the cluster, which is not here.
    options = pod.options | {"kubernetes": {"enabled": False}, "policies": {"path": "/etc/loadline/policies"},
                             "sources": {"default": {"url": "http://prometheus.test:9090"}, "stranger": {"url": "https://stranger.test:9443"}}}
    (volumes["config"] / "loadline.yaml").write_text(yaml.safe_dump(options))
    given = [bind(work / "resolv.conf", "/etc/resolv.conf"), bind(work / "policies", "/etc/loadline/policies")]

    said = runtime.run("version", pod.bundle(files, volumes, ["--version"]))
    expect(said == subprocess.run([binary, "--version"], check=True, capture_output=True, text=True).stdout, f"--version: {said}")
    print("   " + said.rstrip().replace("\n", "\n   "))
    trees = [bind(ROOT / "examples", "/examples"), bind(ROOT / "tests/scenarios", "/scenarios")]
    said = runtime.run("scenarios", pod.bundle(files, volumes, ["test", "/examples", "/scenarios"], trees))  # with zones, calendars
    print("   " + said.rstrip().splitlines()[-1])
    runtime.run("validate", pod.bundle(files, volumes, ["validate", "/examples"], trees))

    serve = runtime.start("serve", pod.bundle(files, volumes, None, given))
    follow(serve, '"event":"started"')
    check_confined(runtime.process_id("serve"), pod.user()["uid"])
    await_ready()
    expect(get("/healthz")[0] == 200, f"/healthz: {get('/healthz')}")
    asked = probe(binary, "web")
    expect(asked.returncode == 0 and re.search(r"GetMetrics +[0-9.]+ ms +3\n", asked.stdout), f"probe: {asked.stdout}{asked.stderr}")
    # The authorities are there, and do not know it. (Without them curl says that it cannot read them.)
    asked = probe(binary, "stranger")
    expect(asked.returncode == 1 and "self-signed certificate" in asked.stdout, f"probe of a stranger: {asked.stdout}{asked.stderr}")
    runtime.stop("serve")
    expect(serve.wait() == 0, f"SIGTERM: ended with {serve.returncode}")
    kept = {path.name for path in volumes["data"].iterdir()}
    expect("journal.db" in kept, f"dataDir has {kept}")
    prometheus.terminate()
    prometheus.wait()


main()
