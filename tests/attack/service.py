"""The program, run with a source of numbers that always answers, and what a normal client gets from it."""
import http.client
import http.server
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time

import http2

POLICY = """apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: worker, namespace: data }
spec:
  replicas: { min: 0, max: 40 }
  signals: [ { name: lag, query: max(lag), perReplica: 300 } ]
  whenIdle: inactive
"""


class Source(http.server.ThreadingHTTPServer):
    """Says 1240 whatever it is asked, and remembers how it was asked."""

    def __init__(self, status=200):
        self.status = status
        self.requests = []
        super().__init__(("127.0.0.1", 0), Answers)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.port


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.path, dict(self.headers), body))
        now = time.time()
        if "query_range" in self.path:
            result = {"resultType": "matrix", "result": [{"metric": {}, "values": [[now, "1240"]]}]}
        else:
            result = {"resultType": "vector", "result": [{"metric": {}, "value": [now, "1240"]}]}
        text = json.dumps({"status": "success", "data": result}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass

    def log_message(self, *_):
        pass


def eventually(condition, seconds=30):
    """Whether it becomes true in that time, which is for what never happens: it proves no speed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())


class Service:
    def __init__(self, program, options=(), policies=None, environment=None, ready=True):
        self.source = Source()
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        (self.root / "policies").mkdir()
        for name, text in (policies or {"worker.yaml": POLICY}).items():
            (self.root / "policies" / name).write_text(text)
        self.log_path = self.root / "log"
        self.output = open(self.log_path, "wb")
        self.process = subprocess.Popen(
            [program, "serve", "--grpc.listen=127.0.0.1:0", "--http.listen=127.0.0.1:0", "--tick.interval=200ms",
             "--tick.delay=20ms", "--tick.budget=150ms", "--policies.path=%s" % (self.root / "policies"),
             "--dataDir=%s" % (self.root / "data"), "--set=sources.default.url=" + self.source.url, *options],
            stdout=self.output, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
        self.grpc_port = self.http_port = 0
        eventually(lambda: self.process.poll() is not None or self.event("started"))
        if self.process.poll() is not None:
            raise RuntimeError("it did not start: " + self.log())
        self.grpc_port, self.http_port = self.event("started")["grpc_port"], self.event("started")["http_port"]
        if ready and not eventually(lambda: self.get("/readyz")[0] == 200):
            raise RuntimeError("it is not ready: " + self.log())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.output.close()
        self.source.shutdown()
        self.source.server_close()
        self.folder.cleanup()

    def stop(self, number=signal.SIGTERM):
        """How it ended."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def log(self):
        return self.log_path.read_text(errors="replace")

    def events(self):
        """What it logged. Every whole line must be JSON."""
        lines = self.log().split("\n")[:-1]
        try:
            return [json.loads(line) for line in lines]
        except json.JSONDecodeError as error:
            raise RuntimeError("this is no log: " + self.log()[-2000:]) from error

    def event(self, name):
        return next((each for each in reversed(self.events()) if each["event"] == name), None)

    def get(self, path, method="GET", body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace"), dict(answer.getheaders())
        finally:
            connection.close()

    def poll(self, **ref):
        """One call of KEDA's, on a connection of its own: (status, message)."""
        with http2.Connection(self.grpc_port) as connection:
            return connection.call(body=http2.metrics_request(**ref))[:2]

    def answers(self):
        """Whether a normal client gets what it should on both ports."""
        return self.poll()[0] == 0 and self.get("/readyz")[0] == 200

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def memory(self):
        """Resident, in MiB."""
        status = pathlib.Path("/proc/%d/status" % self.process.pid).read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def processor_seconds(self):
        fields = pathlib.Path("/proc/%d/stat" % self.process.pid).read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
