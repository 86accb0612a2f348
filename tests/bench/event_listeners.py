"""What 1,000 listeners of /api/v1/events cost the RPC: GetMetrics as `loadline probe` measures it, before, with and
after them, while 100 bindings are decided, and told, every second.

usage: event_listeners.py LOADLINE
"""

import os
import re
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

LISTENERS, BINDINGS, PROBES = 1000, 100, 60
POLICY = """apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: fixed, namespace: data }
spec: { replicas: { max: 9 }, signals: [ { name: three, replicas: 3 } ] }
"""
CONFIG = """sources: { default: { url: "http://127.0.0.1:9" } }
tick: { interval: 1s, delay: 100ms, budget: 500ms }
journal: { url: "memory:", heartbeat: 1s }
http: { listen: "127.0.0.1:0", rateLimit: 0 }
grpc: { listen: "127.0.0.1:0" }
"""


def ports_of(log):
    """Those that the program took, from its log, of which the rest is read and forgotten."""
    for line in log:
        found = re.search(r'"grpc_port":(\d+),"http_port":(\d+)', line)
        if found:
            threading.Thread(target=log.read, daemon=True).start()
            return int(found[1]), int(found[2])
    sys.exit("it did not start")


def probe(program, port, name):
    arguments = [program, "probe", f"127.0.0.1:{port}", "--policy", "fixed", "--namespace", "data", "--name", name]
    out = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    return float(re.search(r"GetMetrics\s+([\d.]+) ms", out)[1])


def say(what, program, port):
    times = sorted(probe(program, port, "app-0") for _ in range(PROBES))
    print(f"{what}: GetMetrics median {statistics.median(times)} ms, 90 % {times[PROBES * 9 // 10]} ms, max {times[-1]} ms")


def drain(listeners, read, stop):
    os.nice(10)
    poll = select.epoll()
    by_descriptor = {each.fileno(): each for each in listeners}
    for each in listeners:
        each.setblocking(False)
        poll.register(each.fileno(), select.EPOLLIN)
    while not stop.is_set():
        for descriptor, _ in poll.poll(0.2):
            read[0] += len(by_descriptor[descriptor].recv(1 << 18))


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in ("policy.yaml", POLICY), ("config", CONFIG):
            with open(f"{folder}/{name}", "w") as file:
                file.write(text)
        arguments = [program, "serve", "--config", f"{folder}/config", "--policies.path", f"{folder}/policy.yaml"]
        server = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
        try:
            grpc_port, http_port = ports_of(server.stderr)
            for i in range(BINDINGS):
                probe(program, grpc_port, f"app-{i}")
            say("nobody listens", program, grpc_port)
            listeners = [socket.create_connection(("127.0.0.1", http_port)) for _ in range(LISTENERS)]
            for each in listeners:
                each.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
            read, stop = [0], threading.Event()
            thread = threading.Thread(target=drain, args=(listeners, read, stop))
            thread.start()
            begun = time.monotonic()
            say(f"{LISTENERS} listen", program, grpc_port)
            print(f"  {read[0] / 1e6 / (time.monotonic() - begun):.0f} MB/s went to them")
            page = urllib.request.urlopen(f"http://127.0.0.1:{http_port}/metrics").read().decode()
            print("  " + "\n  ".join(each for each in page.split("\n") if each.startswith("loadline_event")))
            stop.set()
            thread.join()
            for each in listeners:
                each.close()
            say("nobody listens again", program, grpc_port)
        finally:
            server.terminate()
            server.wait()


main(sys.argv[1])
