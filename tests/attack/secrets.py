#!/usr/bin/env python3
"""Plants recognisable secrets wherever one can be configured, drives the program through good and bad times, and looks
for them in all that it writes: its log, its answers, its journal, what it keeps, what it sends to webhooks, and what its
commands print.

usage: secrets.py PROGRAM
"""
import base64
import http.client
import http.server
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

import http2
from service import POLICY, Service, Source, eventually

PROGRAM = ""
MARK = "PLANTED"


def planted(name):
    return "%s-%s-0123456789abcdef0123456789abcdef" % (MARK, name)


class Told(http.server.ThreadingHTTPServer):
    """A webhook's other end."""

    def __init__(self):
        self.bodies = []
        super().__init__(("127.0.0.1", 0), TakesAll)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class TakesAll(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def shapes_of(secret):
    """As it stands, and as base64 would have it, whatever stands before it."""
    yield secret.encode()
    for before in range(3):
        whole = base64.b64encode(b"x" * before + secret.encode())
        yield whole[4 if before else 0:-4]


class Secrets(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        self.secrets = []

    def plant(self, name, text=None):
        """A file with a secret in it."""
        self.secrets.append(planted(name))
        path = self.root / name
        path.write_text((text or "{}\n").replace("{}", planted(name)))
        return path

    def say(self, name):
        self.secrets.append(planted(name))
        return planted(name)

    def check(self, where, data):
        data = data.encode() if isinstance(data, str) else data
        for secret in self.secrets:
            for shape in shapes_of(secret):
                at = data.find(shape)
                self.assertLess(at, 0, "%s shows %s: ...%r" % (where, secret, data[max(0, at - 200):at + 60]))
        # One that this test forgot to name.
        at = data.find(MARK.encode())
        self.assertLess(at, 0, "%s shows a secret: ...%r" % (where, data[max(0, at - 200):at + 60]))

    def run_command(self, *arguments):
        ran = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, timeout=60)
        self.check("loadline " + str(arguments[0]), ran.stdout + ran.stderr)
        return ran

    def options(self, source, webhook):
        """Every place for a secret that serve has, each with one."""
        port = source.port
        unreachable = unused_port()
        files = {name: self.plant(name) for name in ("bearer", "basic", "signing-secret-value", "journal-password")}
        tokens = self.root / "tokens"
        tokens.write_text("reader %s someone\noperator %s anna\n" % (self.say("reader"), self.say("operator")))
        kubeconfig = self.root / "kubeconfig"
        kubeconfig.write_text(KUBECONFIG % (unreachable, self.say("kube-token")))
        files["signing-secret-value"].write_text(
            "whsec_" + base64.b64encode(self.say("signing").encode()).decode() + "\n")
        url = self.root / "url"
        url.write_text("http://127.0.0.1:%d/%s" % (webhook.server_address[1], self.say("webhook-url")))
        gone = self.root / "gone"
        gone.write_text("http://127.0.0.1:%d/%s" % (unreachable, self.say("dead-webhook-url")))
        values = {
            "sources.in-url.url": "http://user:%s@127.0.0.1:%d" % (self.say("url-password"), port),
            "sources.refuses.url": "http://user:%s@127.0.0.1:%d" % (self.say("other-url-password"), unreachable),
            "sources.bearer.url": "http://127.0.0.1:%d" % port,
            "sources.bearer.bearerTokenFile": files["bearer"],
            "sources.basic.url": "http://127.0.0.1:%d" % port,
            "sources.basic.basicAuthUser": "loadline",
            "sources.basic.basicAuthPasswordFile": files["basic"],
            "sources.tenant.url": "http://127.0.0.1:%d" % port,
            "sources.tenant.headers.X-Api-Key": self.say("header"),
            "webhooks.good.urlFile": url,
            "webhooks.good.secretFile": files["signing-secret-value"],
            "webhooks.dead.urlFile": gone,
            "webhooks.dead.secretFile": files["signing-secret-value"],
            "http.tokensFile": tokens,
            "kubernetes.enabled": "true",
            "kubernetes.kubeconfig": kubeconfig,
            "journal.url": "postgresql://loadline@127.0.0.1:%d/loadline" % unreachable,
            "journal.passwordFile": files["journal-password"],
        }
        config = {}
        for name, value in values.items():
            *rooms, last = name.split(".")
            room = config
            for each in rooms:
                room = room.setdefault(each, {})
            room[last] = str(value)
        (self.root / "loadline.yaml").write_text(json.dumps(config))  # which is YAML
        return ["--config=%s" % (self.root / "loadline.yaml")]

    def drive(self, service):
        """Triggers whose metadata hold secrets, good and bad ones; every page, by an operator."""
        secret_names = {name: self.say("metadata-" + name.lower()) for name in SECRET_NAMES}
        with http2.Connection(service.grpc_port) as connection:
            connection.call(body=http2.metrics_request(
                name="asks", metadata={"policy": "asks", "userFromEnv": self.say("from-env")}))
            for policy in ("worker", "in-url", "refuses", "bearer", "basic", "tenant", "none", "takes"):
                for metadata in ({}, secret_names, {"token": self.say("a-parameter") + "!"}):
                    connection.call(body=http2.metrics_request(name=policy, metadata={"policy": policy, **metadata}))
                    connection.call("IsActive", http2.object_ref(name=policy, metadata={"policy": policy, **metadata}))
        token = {"Authorization": "Bearer " + planted("operator")}
        for headers in (token, {}, {"Authorization": "Bearer " + self.say("no-token")},
                        {"Authorization": "Basic " + self.say("no-basic")}, {"X-Loadline-Token": self.say("plain")},
                        {"Cookie": "token=" + self.say("cookie")}):
            for page in PAGES:
                status, body, fields = service.get(page, headers=headers)
                self.check(page, body + repr(fields))
            status, body, _ = service.get("/api/v1/overrides", "POST", '{"name":', {**headers})
            self.check("POST", body)
        self.assertTrue(eventually(lambda: len(service.source.requests) > 3))

    def test_serve_shows_none(self):
        webhook = Told()
        self.addCleanup(webhook.shutdown)
        source = Source()
        self.addCleanup(source.shutdown)
        with Service(PROGRAM, self.options(source, webhook), POLICIES, ready=False) as service:
            self.assertTrue(eventually(lambda: service.get("/readyz")[0] in (200, 503)))
            self.drive(service)
            self.assertTrue(eventually(lambda: source.requests), "no source was asked")
            # The secrets do reach whom they are for, or this test would show nothing.
            self.assertTrue(eventually(lambda: any(planted("bearer") in repr(r) for r in source.requests)))
            self.assertTrue(eventually(lambda: any(planted("header") in repr(r) for r in source.requests)))
            source.status = 401
            self.assertTrue(eventually(lambda: "401" in service.get(
                "/api/v1/status", headers={"Authorization": "Bearer " + planted("operator")})[1]))
            source.status = 200
            (self.root / "tokens").write_text("reader %s\nnonsense %s x\n" % (self.say("spoilt"), self.say("spoilt-2")))
            (self.root / "bearer").write_text(self.say("two") + "\n" + self.say("lines") + "\n")
            (service.root / "policies" / "worker.yaml").write_text("metadata: {{ token: %s" % self.say("spoilt-policy"))
            operator = {"Authorization": "Bearer " + planted("operator")}
            self.assertTrue(eventually(lambda: service.get("/api/v1/status", headers=operator) and
                                       service.event("tokens_not_reloaded")), service.log()[-500:])
            self.assertTrue(eventually(lambda: service.event("policy_refused")))
            self.drive(service)
            self.assertEqual(service.stop(signal.SIGTERM), 0)
            self.check_files(service)
        for body in webhook.bodies:
            self.check("a webhook's message", body)

    def test_a_journal_in_a_file_and_a_crash_show_none(self):
        source = Source()
        self.addCleanup(source.shutdown)
        webhook = Told()
        self.addCleanup(webhook.shutdown)
        for number in (signal.SIGSEGV, signal.SIGABRT):
            options = [*self.options(source, webhook), "--set=journal.url=", "--set=journal.passwordFile="]
            with Service(PROGRAM, options, POLICIES, ready=False) as service:
                self.drive(service)
                self.assertTrue(eventually(lambda: (service.root / "data" / "journal.db").exists()))
                self.assertEqual(service.stop(number), -number)
                self.check_files(service)

    def check_files(self, service):
        self.check("the log", service.log())
        self.assertIn("decision", service.log())
        for path in (service.root / "data").rglob("*"):
            if path.is_file():
                self.check(path.name, path.read_bytes())

    def test_commands_show_none(self):
        source, webhook = Source(), Told()
        self.addCleanup(source.shutdown)
        self.addCleanup(webhook.shutdown)
        options = self.options(source, webhook)
        for arguments in (["--version"], ["--help"], ["serve", "--help"], ["serve", "--check", *options]):
            self.run_command(*arguments)
        # A password in the journal's URL is refused, and the message has it not.
        for url in ("postgresql://loadline:%s@db/loadline", "postgresql://db/loadline?password=%s",
                    "postgresql://db/loadline?user=x&password=%s&sslmode=disable", "postgresql://%s:x@[/y",
                    "mysql://root:%s@db/x"):
            ran = self.run_command("serve", "--set=journal.url=" + url % self.say("dsn"))
            self.assertNotEqual(ran.returncode, 0)
        # Options that are no good.
        for option in ("sources.default.url=ftp://user:%s@host", "sources.default.url=http://user:%s@",
                       "webhooks.x.url=ftp://host/%s", "webhooks.x.url=http://user:%s@host/"):
            self.run_command("serve", "--check", "--set=" + option % self.say("bad-option"))
        # Files that are no good: each of them with a secret in it, in every place that takes a file.
        bad = self.plant("bad-file", "{}\n\tkey: {}: {}\n")
        for option in ("http.tokensFile", "grpc.tls.certificateFile", "grpc.tls.keyFile", "http.tls.certificateFile",
                       "kubernetes.kubeconfig", "sources.default.caFile", "sources.default.keyFile",
                       "sources.default.bearerTokenFile", "webhooks.x.secretFile", "webhooks.x.urlFile",
                       "journal.passwordFile"):
            more = ["--set=kubernetes.enabled=true"] if option.startswith("kubernetes") else []
            if option.endswith("keyFile") and "sources" not in option:
                more = ["--set=" + option.replace("keyFile", "certificateFile") + "=%s" % bad]
            self.run_command("serve", "--check", "--set=sources.default.url=http://127.0.0.1:1",
                             "--set=%s=%s" % (option, bad), *more)


def unused_port():
    """One on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


SECRET_NAMES = ("password", "token", "apiKey", "clientSecret", "passwordFromEnv", "connectionString", "tlsClientKey",
                "tlsClientCert", "caCert", "bearerToken", "api-key", "PASSWORD", "db_passwd", "authorization",
                "credentials", "privateKey", "sasToken")
PAGES = ("/metrics", "/readyz", "/api/v1/status", "/api/v1/decisions", "/api/v1/bindings", "/api/v1/policies?text=true",
         "/api/v1/forecasts", "/api/v1/history?binding=data/worker", "/api/v1/explain?binding=data/worker",
         "/api/v1/summary", "/api/v1/openapi.json", "/api/v1/overrides", "/api/v1/hpa-events", "/nothing")
KUBECONFIG = """apiVersion: v1
kind: Config
current-context: x
contexts: [ { name: x, context: { cluster: x, user: x } } ]
clusters: [ { name: x, cluster: { server: "http://127.0.0.1:%d" } } ]
users: [ { name: x, user: { token: %s } } ]
"""
POLICIES = {"worker.yaml": POLICY, **{
    "%s.yaml" % name: POLICY.replace("name: worker", "name: " + name).replace("query: max(lag)",
                                                                              "query: max(lag), source: " + name)
    for name in ("in-url", "refuses", "bearer", "basic", "tenant")}}
POLICIES["asks.yaml"] = POLICY.replace("name: worker", "name: asks").replace(
    "spec:\n", "spec:\n  parameters: { user: { pattern: '[A-Za-z0-9-]+' } }\n").replace(
        "max(lag)", "'max(lag{user=\"${user}\"})'")
POLICIES["takes.yaml"] = POLICY.replace("name: worker", "name: takes").replace(
    "spec:\n", "spec:\n  parameters: { token: { pattern: '[A-Za-z0-9-]+' } }\n")

if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
