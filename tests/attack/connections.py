#!/usr/bin/env python3
"""No field of any document, of any trigger and of any request makes Loadline connect anywhere: only what the operator
names is asked. A listener stands at addresses that are written wherever one can be written, and counts who connects.

usage: connections.py PROGRAM
"""
import copy
import json
import pathlib
import signal
import socket
import sys
import threading
import unittest

import yaml

import http2
from service import POLICY, Service, eventually

PROGRAM = ""


class Trap:
    """Counts the connections to a port of 127.0.0.1, over TCP and UDP."""

    def __init__(self):
        self.came = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.bind(self.listener.getsockname())
        threading.Thread(target=self.accept, daemon=True).start()
        threading.Thread(target=self.receive, daemon=True).start()

    @property
    def port(self):
        return self.listener.getsockname()[1]

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.came.append("a connection: %r" % connection.recv(200))
            connection.close()

    def receive(self):
        while True:
            try:
                self.came.append("a datagram: %r" % self.datagrams.recv(200))
            except OSError:
                return

    def close(self):
        self.listener.close()
        self.datagrams.close()


def leaves_of(node, path=()):
    """The places of a document in which a value stands."""
    if isinstance(node, (dict, list)):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from leaves_of(value, (*path, key))
    else:
        yield path


def with_text_at(document, path, text):
    changed = copy.deepcopy(document)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = text
    return changed


class Connections(unittest.TestCase):
    def setUp(self):
        self.trap = Trap()
        self.addCleanup(self.trap.close)

    def urls(self):
        port = self.trap.port
        return ("http://127.0.0.1:%d/x" % port, "127.0.0.1:%d" % port, "http://127.0.0.1:%d/holidays.ics" % port,
                "postgresql://u@127.0.0.1:%d/db" % port)

    def test_the_trap_catches(self):
        """Else what follows would show nothing: a source that the operator names is asked."""
        with Service(PROGRAM, ["--set=sources.default.url=http://127.0.0.1:%d" % self.trap.port], ready=False) as service:
            with http2.Connection(service.grpc_port) as connection:
                connection.call()
            self.assertTrue(eventually(lambda: self.trap.came))

    def test_documents_cannot(self):
        # A document of each kind that has every field there is; each value of it in turn is an address.
        whole = [each for each in yaml.safe_load_all(EVERY_FIELD.read_text() + OTHER_KINDS) if each]
        policies = {"worker.yaml": POLICY}
        for document in whole:
            for path in leaves_of(document):
                for text in self.urls()[:1]:
                    changed = with_text_at(document, path, text)
                    name = "d%d" % len(policies)
                    if path[0] not in ("kind", "apiVersion") and path != ("metadata", "name"):
                        changed["metadata"]["name"] = name
                    policies[name + ".yaml"] = json.dumps(changed, default=str)
        self.assertGreater(len(policies), 200)
        # What is good on its own, so that it is in force, and has an address where one may hope for one.
        url = self.urls()[0]
        policies["good.yaml"] = POLICY.replace("name: worker", "name: good").replace(
            "query: max(lag)", "query: 'max(lag{instance=\"%s\"})'" % url)
        policies["holidays.yaml"] = json.dumps({
            "apiVersion": "loadline.dev/v1", "kind": "Calendar", "metadata": {"name": "remote"},
            "spec": {"dates": [], "ics": "%s" % url, "url": url}})
        policies["remote.ics"] = ICS % (url, url, url)
        with Service(PROGRAM, ["--log.level=debug"], policies) as service:
            self.assertTrue(eventually(lambda: service.event("policies_read")))
            # A first call may be told "not yet" after a second, while hundreds of forecasts are being fitted.
            self.assertTrue(eventually(lambda: service.poll()[0] == 0))
            with http2.Connection(service.grpc_port) as connection:
                for each in ["good", *(name[:-5] for name in policies)]:
                    connection.call("IsActive", http2.object_ref(metadata={"policy": each}))
            self.assertTrue(eventually(lambda: any(str(self.trap.port) in r[0] for r in service.source.requests)),
                            "the query with the address in it was not asked, and so shows nothing")
            self.asked_again(service)
            in_force = service.event("policies_read")["in_force"]
            service.stop(signal.SIGKILL)  # hundreds of forecasts are being fitted: how it ends is not what this is about
        self.assertEqual(self.trap.came, [])
        print("connections: %d documents, of which %d are policies in force" % (len(policies), in_force))

    def test_triggers_cannot(self):
        with Service(PROGRAM) as service:
            with http2.Connection(service.grpc_port) as connection:
                for url in self.urls():
                    for key in METADATA:
                        metadata = {"policy": "worker", key: url}
                        connection.call(body=http2.metrics_request(metadata=metadata))
                        connection.call("IsActive", http2.object_ref(metadata=metadata))
                        connection.call("GetMetricSpec", http2.object_ref(metadata=metadata))
                    connection.call(body=http2.metrics_request(name=url, namespace=url, metadata={"policy": url}))
            self.asked_again(service)
        self.assertEqual(self.trap.came, [])

    def test_requests_cannot(self):
        with Service(PROGRAM, ["--http.rateLimit=0"]) as service:
            for url in self.urls():
                for page in ("/api/v1/explain", "/api/v1/history", "/api/v1/policies", "/api/v1/calendars", "/metrics"):
                    for key in ("binding", "source", "url", "server", "from"):
                        service.get("%s?%s=%s" % (page, key, url))
                # As of a proxy, and as of one that is to be asked by another name.
                service.get(url)
                service.get("/readyz", headers={"Host": url, "Forwarded": "for=" + url, "X-Forwarded-For": url,
                                                "Origin": url, "Referer": url, "X-Callback": url})
                service.get("/api/v1/validate", "POST", json.dumps({
                    "apiVersion": "loadline.dev/v1", "kind": "Calendar", "metadata": {"name": "x"}, "spec": {"url": url}}))
                service.get(url, "CONNECT")
            self.asked_again(service)
        self.assertEqual(self.trap.came, [])

    def asked_again(self, service):
        """Several ticks have passed since, which is when Loadline asks whom it asks."""
        before = len(service.source.requests)
        self.assertTrue(eventually(lambda: len(service.source.requests) > before + 3) or not service.source.requests)


EVERY_FIELD = pathlib.Path(__file__).parents[1] / "schema" / "every-field.good.yaml"
OTHER_KINDS = """
---
apiVersion: loadline.dev/v1
kind: Calendar
metadata: { name: days, namespace: data }
spec: { dates: [ 2026-12-24 ], file: x.ics, url: x }
---
apiVersion: loadline.dev/v1
kind: Override
metadata: { name: over, namespace: data }
spec: { namespace: data, object: app, policy: worker, pin: 3, until: 2099-01-01T00:00:00Z, reason: x, author: y, source: z }
---
apiVersion: loadline.dev/v1
kind: Budget
metadata: { name: shared, namespace: data }
spec: { max: 10, source: x }
"""
METADATA = ("scalerAddress", "serverAddress", "url", "prometheusAddress", "source", "server", "endpoint", "proxy",
            "http_proxy", "caCert", "webhook", "query")
ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20261224
SUMMARY:x
URL:%s
ATTACH:%s
X-WR-URL:%s
END:VEVENT
END:VCALENDAR
"""

if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
