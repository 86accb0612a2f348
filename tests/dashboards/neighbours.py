"""Whom Loadline lives with, played: exporters, a webhook's receiver, and an API server."""

import json
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """An HTTP server on a port of its own; `answer(handler)` answers each request."""

    def __init__(self, answer):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer(self)

            do_GET = do_POST = do_PUT = handle_any

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.address = f"127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


def send(handler, body, kind="application/json", code=200):
    handler.send_response(code)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def exporter(samples):
    """Serves the series of samples.txt, whose counters go on by their rates."""
    began = time.monotonic()
    rows = [
        line.rsplit(" ", 2 if "+" in line.rsplit(" ", 1)[1] else 1) for line in samples.splitlines() if line and line[0] != "#"
    ]

    def answer(handler):
        for_so_long = time.monotonic() - began
        text = "".join(f"{series} {float(value) + sum(map(float, rate)) * for_so_long}\n" for series, value, *rate in rows)
        send(handler, text.encode(), "text/plain; version=0.0.4")

    return Server(answer)


def receiver():
    return Server(lambda handler: send(handler, b"{}"))


class ApiServer:
    """Lists, watches, the subresource `status`, and Events that are taken: as much of Kubernetes as Loadline reads."""

    def __init__(self):
        self.objects = {}  # by their path
        self.changes = []  # (path, event), in order
        self.changed = threading.Condition()
        self.server = Server(self._answer)

    def put(self, collection, thing):
        path = f"{collection}/{thing['metadata']['namespace']}/{thing['metadata']['name']}"
        with self.changed:
            thing = {**thing, "metadata": {**thing["metadata"], "resourceVersion": str(len(self.changes) + 1)}}
            kind = "MODIFIED" if path in self.objects else "ADDED"
            self.objects[path] = thing
            self.changes.append((path, {"type": kind, "object": thing}))
            self.changed.notify_all()

    def _answer(self, handler):
        url = urllib.parse.urlsplit(handler.path)
        asked = dict(urllib.parse.parse_qsl(url.query))
        parts = url.path.strip("/").split("/")
        if handler.command == "POST":
            return send(handler, handler.body, code=201)
        if parts[-1] == "status":  # /apis/apps/v1/namespaces/NAMESPACE/deployments/NAME/status
            found = self.objects.get(f"{parts[5]}/{parts[4]}/{parts[6]}")
            return send(handler, json.dumps(found or {"kind": "Status", "code": 404}).encode(), code=200 if found else 404)
        if "watch" in asked:
            return self._watch(handler, parts[-1], int(asked.get("resourceVersion") or 0))
        with self.changed:
            items = [thing for path, thing in self.objects.items() if path.startswith(parts[-1] + "/")]
            version = str(len(self.changes))
        send(handler, json.dumps({"kind": "List", "metadata": {"resourceVersion": version}, "items": items}).encode())

    def _watch(self, handler, collection, since):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        while True:
            with self.changed:
                self.changed.wait_for(lambda: len(self.changes) > since)
                told = [event for path, event in self.changes[since:] if path.startswith(collection + "/")]
                since = len(self.changes)
            for event in told:
                line = json.dumps(event).encode() + b"\n"
                handler.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            handler.wfile.flush()
