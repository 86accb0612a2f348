#!/usr/bin/env python3
"""What a client that means harm does to the HTTP port. Each time: a normal client is still answered, memory stays
bounded, and descriptors come back.

usage: http_port.py PROGRAM
"""
import gzip
import json
import socket
import sys
import unittest

from service import Service, eventually

PROGRAM = ""
ELSEWHERE = "127.0.0.66"
MOST_CONNECTIONS = 4096


class HttpPort(unittest.TestCase):
    def setUp(self):
        self.service = Service(PROGRAM, ["--http.rateLimit=0"])
        self.addCleanup(self.service.__exit__)
        self.assertTrue(eventually(lambda: self.service.poll()[0] == 0))
        self.descriptors = self.service.descriptors()

    def check_well(self):
        self.assertTrue(self.service.answers())
        self.assertLess(self.service.memory(), 200)
        self.assertTrue(eventually(lambda: self.service.descriptors() <= self.descriptors + 8),
                        "%d descriptors, and %d before" % (self.service.descriptors(), self.descriptors))

    def raw(self, data, end=True):
        """What comes back for these bytes."""
        with socket.create_connection(("127.0.0.1", self.service.http_port), 60) as connection:
            got = b""
            try:
                connection.sendall(data)
                if end:
                    connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(1 << 16):
                    got += part
            except ConnectionError:
                pass
            return got

    def ask(self, target, headers=b"", method=b"GET", body=b""):
        return self.raw(method + b" " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + b"\r\n" + body)

    def status(self, answer):
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None

    def test_connections_that_say_little_do_not_keep_others_out(self):
        """Past the limit each new one was closed at once, those of probes among them."""
        sockets = []
        for data in (b"", b"GET /readyz HTTP/1.1\r\nX-Slow: ", b"POST /api/v1/validate HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"):
            for _ in range(MOST_CONNECTIONS // 3 + 50):
                try:
                    each = socket.create_connection(("127.0.0.1", self.service.http_port), 60, (ELSEWHERE, 0))
                    each.sendall(data)
                    sockets.append(each)
                except ConnectionError:
                    pass
        self.assertEqual(self.service.get("/readyz")[0], 200)
        self.assertEqual(self.service.get("/metrics")[0], 200)
        self.assertLess(self.service.descriptors() - self.descriptors, MOST_CONNECTIONS + 50)
        for each in sockets:
            each.close()
        self.check_well()

    def test_answers_that_nobody_reads(self):
        sockets = []
        for _ in range(200):
            each = socket.socket()
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            each.connect(("127.0.0.1", self.service.http_port))
            each.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
            sockets.append(each)
        self.assertTrue(self.service.answers())
        for each in sockets:
            each.close()
        self.check_well()

    def test_large_requests_are_refused(self):
        self.assertEqual(self.status(self.ask(b"/readyz?" + b"a" * 20_000)), 431)
        self.assertEqual(self.status(self.ask(b"/readyz", b"X: " + b"a" * 20_000 + b"\r\n")), 431)
        self.assertEqual(self.status(self.ask(b"/readyz", b"X: y\r\n" * 5000)), 431)
        self.assertIn(self.status(self.ask(b"/api/v1/validate", b"Content-Length: 99999999999\r\n", b"POST")), (413,))
        self.assertIn(self.status(self.ask(b"/api/v1/validate", b"Transfer-Encoding: chunked\r\n", b"POST",
                                           b"100000\r\n" + b"a" * (1 << 20) + b"\r\n100000\r\n" + b"a" * (1 << 20))), (413,))
        # As many parameters as a header takes are nothing to wait for.
        self.assertIsNotNone(self.status(self.ask(b"/api/v1/decisions?" + b"&".join(b"%d=" % i for i in range(2000)))))
        self.check_well()

    def test_requests_that_are_none(self):
        for data in (b"\0" * 1000, b"\r\n" * 10_000, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00",
                     b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                     b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                     b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
            self.assertIn(self.status(self.raw(data)), (None, 400, 404, 431), data)
        self.check_well()

    def test_two_lengths_are_no_request(self):
        """Who stands before would take the second request for the body of the first."""
        smuggled = self.raw(b"POST /api/v1/validate HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n"
                            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertLessEqual(smuggled.count(b"HTTP/1.1 "), 1, smuggled)

    def test_paths_lead_to_pages_and_nowhere_else(self):
        for path in (b"/../../../../etc/passwd", b"/api/v1/../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"//etc/passwd",
                     b"/api/v1/overrides/..%2f..%2f..%2fetc%2fpasswd", b"/api/v1/replays/../../etc/passwd",
                     b"/api/v1/policies?name=../../../etc/passwd", b"/readyz%00.html", b"/metrics/", b"/METRICS",
                     b"\\..\\etc", b"/api/v1/status/..", b"/%ff%fe", b"/%", b"/%zz", b"file:///etc/passwd"):
            answer = self.ask(path)
            self.assertNotIn(b"root:", answer)
            self.assertIn(self.status(answer), (200, 400, 403, 404, 405), path)
            if self.status(answer) == 200:
                self.assertIn(b"?", path, "%r leads to a page" % path)
        # An override's name becomes a file's.
        for name in ("../x", "..", "a/b", "/etc/x", "a\0b", "x.yaml", "A"):
            status, _, _ = self.service.get("/api/v1/overrides", "POST", json.dumps({
                "name": name, "all": True, "kind": "hold", "for": "1h", "reason": "x"}))
            self.assertGreaterEqual(status, 400, name)
        self.check_well()

    def test_lines_cannot_be_put_into_an_answer_or_the_log(self):
        evil = b"/x%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0a%7b%22event%22:%22forged%22%7d"
        for target in (evil, b"/api/v1/history?binding=" + evil, b"/api/v1/policies?" + evil + b"=1",
                       b"/api/v1/overrides/" + evil):
            for method in (b"GET", b"DELETE", b"POST"):
                answer = self.ask(target, method=method)
                head = answer.split(b"\r\n\r\n", 1)[0]
                self.assertNotIn(b"Set-Cookie", head)
        self.ask(b"/readyz", b"X-Loadline-Token: a\r\n {\"event\":\"forged\"}\r\n")
        self.ask(b"/nothing", method=b"X\"},{\"event\":\"forged\"")
        self.assertIsNone(self.service.event("forged"))  # each line of the log is JSON
        self.check_well()

    def test_bytes_that_are_no_text(self):
        for bad in (b"%ff%fe", b"%c0%af", b"%ed%a0%80", b"%00"):
            for page in (b"/api/v1/decisions?namespace=", b"/api/v1/history?binding=data/", b"/api/v1/policies?name=", b"/"):
                answer = self.ask(page + bad)
                self.assertIsNotNone(self.status(answer))
                body = answer.split(b"\r\n\r\n", 1)[1]
                body.decode()  # what is answered is UTF-8
        self.service.events()
        self.check_well()

    def test_nothing_is_unpacked(self):
        packed = gzip.compress(bytes(50 << 20))
        for length in (b"Content-Encoding: gzip\r\nContent-Length: %d\r\n" % len(packed),
                       b"Transfer-Encoding: gzip, chunked\r\n"):
            answer = self.ask(b"/api/v1/validate", length, b"POST", packed)
            self.assertIn(self.status(answer), (None, 200, 400, 403, 413, 415, 422), answer[:100])
        self.assertNotIn(b"Content-Encoding", self.ask(b"/metrics", b"Accept-Encoding: gzip\r\n"))
        self.check_well()

    def test_documents_that_grow_when_they_are_read(self):
        bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
            "a%d: &a%d [%s]\n" % (i, i, ",".join(["*a%d" % (i - 1)] * 10)) for i in range(1, 12))
        deep = "[" * 100_000
        for text in (bomb, deep, "{" * 100_000, "- " * 50_000, "a: " * 50_000, '"' + "\\" * 200_000):
            status, _, _ = self.service.get("/api/v1/validate", "POST", text)
            self.assertIn(status, (200, 400, 403, 413, 422))
        self.check_well()


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
