#!/usr/bin/env python3
"""No value of a parameter changes what a query is: whatever stands in a trigger's metadata, and wherever a query has
${value}, the query that is asked has the shape (its syntax, with all literals left blank) that it has with a harmless
value; or it is not asked at all.

The queries are those that a running server asks. They are read twice: by a real Prometheus (/api/v1/format_query, which
prints its own syntax tree), and by the reading below.

usage: injection.py PROGRAM [SEED]      the seed is printed
"""
import json
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import http2
from service import Service, eventually

PROGRAM = ""
SEED = 0
VALUES_EACH = 40
QUERIES = 24
HARMLESS = "orders"
OK, INVALID_ARGUMENT = 0, 3

PLACES = ('"%s"', "'%s'", "`%s`", '"a%sb"', '"%s%s"', "'a\\'%s'", '"\\"%s"')
HOSTILE = ('"', "'", "`", "\\", "{", "}", "(", ")", "[", "]", ",", "=", "!", "~", "#", "\n", "\r", "\t", "\0", " ", "${x}",
           "$1", "|", ".*", "^", "$", "+", "-", "*", "/", "or", "and", "unless", "vector(9)", "1", "9e9", "5m", "by", "x",
           "é", "\u2028", "\U0001f600", "\\x22", "\\u0022", "\\042", "\\n", '"} or vector(9000) or x{y="',
           "'} or vector(9000) or x{y='", '`} or vector(9000) or x{y=`', '\\"} or vector(1) #', "a\\", "\\\\", "%22", "&#34;")


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def place(self):
        template = self.random.choice(PLACES)
        return template.replace("%s", "${value}")

    def matchers(self, number):
        found = ['number="%d"' % number]
        for _ in range(self.random.randint(1, 3)):
            found.append("l%d%s%s" % (self.random.randint(0, 9), self.random.choice(("=", "!=", "=~", "!~")), self.place()))
        return "{%s}" % ",".join(found)

    def selector(self, number):
        name = self.random.choice(("lag", "lag", "depth_total", "lag_${value}", "a:${value}:b"))
        return name + self.matchers(number) + self.random.choice(("", "", " offset 5m"))

    def query(self, number, depth=0):
        pick = self.random.randint(0, 9 if depth < 3 else 3)
        inner = lambda: self.query(number, depth + 1)
        if pick <= 3:
            return self.selector(number)
        if pick == 4:
            return "sum by (job) (%s)" % inner()
        if pick == 5:
            return "max(rate(lag%s[5m]))" % self.matchers(number)
        if pick == 6:
            return "(%s) %s (%s)" % (inner(), self.random.choice(("+", "-", "/", "> bool", "or", "and")), inner())
        if pick == 7:
            return 'label_replace(%s, "to", %s, "from", %s)' % (inner(), self.place(), self.place())
        if pick == 8:
            return "%s # a remark, \"\n + 1" % self.selector(number)
        return 'count_values(%s, %s)' % (self.place(), inner())

    def value(self):
        if self.random.random() < 0.1:
            return "".join(chr(self.random.choice((self.random.randint(1, 127), self.random.randint(128, 0x2FFF))))
                           for _ in range(self.random.randint(1, 12)))
        return "".join(self.random.choice(HOSTILE) for _ in range(self.random.randint(1, 4)))


def shape(query):
    """Our own reading: the tokens, with strings blank and remarks left out. None where a string has no end."""
    tokens, at = [], 0
    while at < len(query):
        char = query[at]
        if char in " \t\r\n":
            at += 1
        elif char == "#":
            end = query.find("\n", at)
            at = len(query) if end < 0 else end
        elif char in "\"'`":
            at += 1
            while at < len(query) and query[at] != char:
                if char != "`" and query[at] == "\n":
                    return None
                at += 2 if query[at] == "\\" and char != "`" else 1
            if at >= len(query):
                return None
            at += 1
            tokens.append("string")
        else:
            token = re.match(r"[A-Za-z_:][A-Za-z0-9_:]*|[0-9][0-9A-Za-z.]*|[=!<>~]+|.", query[at:], re.S).group()
            tokens.append(token)
            at += len(token)
    return tokens


class RealPrometheus:
    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        open(folder + "/prometheus.yml", "w").close()
        self.process = subprocess.Popen(
            ["prometheus", "--config.file=%s/prometheus.yml" % folder, "--storage.tsdb.path=%s/data" % folder,
             "--web.listen-address=127.0.0.1:%d" % self.port], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ready(self):
        try:
            return urllib.request.urlopen("http://127.0.0.1:%d/-/ready" % self.port, timeout=20).status == 200
        except OSError:
            return False

    def formatted(self, query):
        """As it prints the query; None where it cannot read it."""
        data = urllib.parse.urlencode({"query": query}).encode()
        try:
            with urllib.request.urlopen("http://127.0.0.1:%d/api/v1/format_query" % self.port, data, timeout=60) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            if error.code != 400:
                raise
            return None

    def stop(self):
        self.process.kill()
        self.process.wait()


class Injection(unittest.TestCase):
    def test_no_value_changes_what_a_query_is(self):
        print("injection: seed %d" % SEED)
        generate = Generator(SEED)
        queries = [generate.query(number) for number in range(QUERIES)]
        policies = {"q%d.yaml" % number: json.dumps({
            "apiVersion": "loadline.dev/v1", "kind": "ScalingPolicy", "metadata": {"name": "q%d" % number},
            "spec": {"allowedNamespaces": ["*"], "parameters": {"value": {"pattern": "(?s).*"}},
                     "replicas": {"max": 9},
                     "signals": [{"name": "s", "query": query, "perReplica": 1}], "whenIdle": "inactive"}})
            for number, query in enumerate(queries)}
        values = {number: [HARMLESS] + [generate.value() for _ in range(VALUES_EACH)] for number in range(QUERIES)}
        asked = set()
        refused = 0
        with Service(PROGRAM, policies=policies) as service:
            self.assertEqual(service.event("policies_read")["problems"], 0, service.get("/readyz")[1])
            with http2.Connection(service.grpc_port, timeout=120) as connection:
                for number in range(QUERIES):
                    for value in values[number]:
                        ref = http2.object_ref(name="o", metadata={"policy": "q%d" % number, "value": value})
                        status, text, _ = connection.call("IsActive", ref)
                        # Its first decision may take longer than a call waits; a source that does not answer was asked.
                        while status not in (OK, INVALID_ARGUMENT) and "no data now" not in text:
                            status, text, _ = connection.call("IsActive", ref)
                        if status == INVALID_ARGUMENT:
                            refused += 1
                        else:
                            asked.add((number, value))
            # Equal values of a query are asked once.
            distinct = len({(queries[number], value) for number, value in asked})
            self.assertTrue(eventually(lambda: len(self.said(service)) >= distinct, 120),
                            "%d of %d were asked" % (len(self.said(service)), distinct))
        self.assertGreater(len(asked), QUERIES, "nearly all is refused, which shows nothing")
        self.compare(queries, self.said(service))
        print("injection: %d values were filled in, %d refused, %d queries asked" % (
            len(asked), refused, len(self.said(service))))

    def test_the_comparison_sees_an_injection(self):
        harmless = 'max(lag{number="1",a="%s"})'
        for value in ('"} or vector(9000) or x{y="', 'x",b="', "\\"):
            self.assertNotEqual(self.blank(harmless % value), self.blank(harmless % HARMLESS), value)
        for value in ("", 'a\\"b', "{}", "'", "#"):
            self.assertEqual(self.blank(harmless % value), self.blank(harmless % HARMLESS), value)

    @staticmethod
    def said(service):
        """The distinct queries that were asked."""
        found = set()
        for path, _, body in service.source.requests:
            text = body.decode() or urllib.parse.urlsplit(path).query
            found.update(urllib.parse.parse_qs(text, keep_blank_values=True).get("query", ()))
        return {each for each in found if "number=" in each}

    def compare(self, queries, said):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        prometheus = RealPrometheus(folder.name)
        self.addCleanup(prometheus.stop)
        self.assertTrue(eventually(prometheus.ready, 120))
        shapes = {}
        for number, query in enumerate(queries):
            harmless = query.replace("${value}", HARMLESS)
            printed = prometheus.formatted(harmless)
            self.assertIsNotNone(printed, harmless)
            shapes[number] = (self.blank(printed), self.blank(harmless))
        read = 0
        for query in sorted(said):
            number = int(re.search(r'number="(\d+)"', query).group(1))
            with self.subTest(query=query, seed=SEED):
                self.assertEqual(self.blank(query), shapes[number][1])
                printed = prometheus.formatted(query)
                # One that cannot be read says nothing: the source refuses it. Of regular expressions that happens.
                if printed is not None:
                    read += 1
                    self.assertEqual(self.blank(printed), shapes[number][0])

        self.assertGreater(read, len(said) / 2, "Prometheus can read few of them, which shows little")
        print("injection: %d of %d queries are PromQL to Prometheus" % (read, len(said)))

    @staticmethod
    def blank(query):
        tokens = shape(query)
        # A value outside of quotes is a part of a name: which, does not count.
        return tokens and ["name" if re.fullmatch(r"lag_[A-Za-z0-9_:.]*|a:[A-Za-z0-9_:.]*:b", each) else each
                           for each in tokens]


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    SEED = int(sys.argv.pop(1)) if len(sys.argv) > 1 and sys.argv[1].isdigit() else int(time.time())
    unittest.main()
