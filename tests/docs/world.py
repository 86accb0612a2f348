"""What the commands of a page meet: a Prometheus with three days of history and metrics that go on, a `loadline serve`
beside it, and, where tests/cluster has built one, an API server with KEDA's definitions. All of it in the page's own
network namespace, so the ports that pages name are real ones."""

import http.server
import json
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

DAY = 86400.0
DAYS = 3
STEP = 30  # seconds between samples of the history
OPERATOR = "9d8c7b6a594837261504f3e2d1c0b8a7"

# Metrics that pages ask for: name, labels, kind, mean, and by how much it swings within a day.
SERIES = [
    ("kafka_consumergroup_lag", 'topic="payments",consumergroup="payments-worker",partition="0"', "gauge", 9000, 6000),
    ("kafka_topic_partition_current_offset", 'topic="payments",partition="0"', "counter", 48, 30),
    ("kube_deployment_status_replicas", 'namespace="payments",deployment="payments-worker"', "gauge", 2, 0),
    ("kube_deployment_status_replicas", 'namespace="data",deployment="orders-cdc"', "gauge", 3, 0),
    ("kube_deployment_status_replicas", 'namespace="data",deployment="cdc-worker"', "gauge", 3, 0),
    ("kube_deployment_status_replicas", 'namespace="lake",deployment="cdc-worker"', "gauge", 3, 0),
    ("kube_deployment_status_replicas", 'namespace="shop",deployment="checkout"', "gauge", 4, 0),
    ("kube_deployment_status_replicas", 'namespace="shop",deployment="payment"', "gauge", 2, 0),
    ("kube_deployment_status_replicas", 'namespace="web",deployment="backend"', "gauge", 2, 0),
    ("kube_deployment_status_replicas", 'namespace="edge",deployment="proxy"', "gauge", 4, 0),
    ("cdc_lag_seconds", 'pipeline="orders"', "gauge", 900, 600),
    ("philotes_cdc_lag_seconds", "", "gauge", 900, 600),
    ("philotes_buffer_depth", "", "gauge", 12000, 9000),
    ("philotes_buffer_events_processed_total", "", "counter", 1500, 700),
    ("philotes_cdc_events_total", "", "counter", 1500, 700),
    ("philotes_buffer_batches_total", "", "counter", 15, 7),
    ("pg_replication_slots_pg_wal_lsn_diff", 'slot_name="philotes"', "gauge", 900000, 700000),
    ("http_requests_total", 'app="checkout"', "counter", 160, 90),
    ("cpu_usage_percent", "", "gauge", 48, 30),
    ("memory_usage_percent", "", "gauge", 50, 10),
    ("requests_total", "", "counter", 1.2, 0.8),
    ("proxy_cpu_percent", "", "gauge", 60, 30),
    ("proxy_memory_percent", "", "gauge", 55, 15),
    ("proxy_requests_total", "", "counter", 700, 300),
    ("proxy_error_percent", "", "gauge", 2, 1),
]


def value(kind, mean, swing, at, begin):
    """A gauge's value, or what a counter has counted since `begin`."""
    turn = 2 * math.pi / DAY
    if kind == "gauge":
        return mean - swing * math.cos(at * turn)
    return mean * (at - begin) - swing / turn * (math.sin(at * turn) - math.sin(begin * turn))


def exposition(at, begin, samples=None):
    """What the exporter says at one time, or the history as OpenMetrics with a sample at each of `samples`."""
    lines, typed = [], None
    for name, labels, kind, mean, swing in sorted(SERIES):
        family = name.removesuffix("_total") if samples is not None else name
        if family != typed:
            lines.append(f"# TYPE {family} {kind}")
            typed = family
        for each in [at] if samples is None else samples:
            stamp = "" if samples is None else f" {each:.0f}"
            lines.append(f"{name}{{{labels}}} {value(kind, mean, swing, each, begin):.3f}{stamp}")
    return "\n".join(lines) + ("\n" if samples is None else "\n# EOF\n")


def add_history(folder, begin, samples):
    """Adds a sample at each of `samples` to a Prometheus' data."""
    (folder / "history.om").write_text(exposition(0, begin, samples))
    subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=360h",
                    folder / "history.om", folder / "tsdb"], check=True, stdout=subprocess.DEVNULL)


def make_history(folder):
    """A Prometheus' data of the last days, once for all pages. Yields when it begins."""
    begin = time.time() - DAYS * DAY
    add_history(folder, begin, [begin + STEP * i for i in range(int(DAYS * DAY / STEP))])
    return begin


def get(url):
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, OSError):
        return None


def eventually(what, done, seconds=30):
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise RuntimeError(f"{what} within {seconds} s")
        time.sleep(0.05)


# Loadline as a cluster has it: its Service, and where that leads to. No controller runs that would write this.
IN_CLUSTER = """
apiVersion: v1
kind: Namespace
metadata: { name: loadline }
---
apiVersion: v1
kind: Service
metadata: { name: loadline-http, namespace: loadline, labels: { app.kubernetes.io/name: loadline } }
spec: { selector: { app.kubernetes.io/name: loadline }, ports: [ { name: http, port: 8080 } ] }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: default, namespace: loadline }
---
apiVersion: v1
kind: Pod
metadata: { name: loadline-0, namespace: loadline }
spec: { containers: [ { name: loadline, image: none } ] }
---
apiVersion: v1
kind: Endpoints
metadata: { name: loadline-http, namespace: loadline }
subsets:
  - addresses: [ { ip: 10.9.8.7, targetRef: { kind: Pod, namespace: loadline, name: loadline-0 } } ]
    ports: [ { name: http, port: 8080 } ]
"""

POD_ADDRESS = '{"status": {"podIP": "10.9.8.7", "podIPs": [{"ip": "10.9.8.7"}]}}'


class World:
    """Starts what a command needs, when it first needs it."""

    def __init__(self, run, loadline, history, begin, cluster_bin, tokens):
        self.run, self.loadline, self.history, self.begin = run, loadline, history, begin
        self.cluster_bin, self.tokens = cluster_bin, tokens
        self.children = {}
        self.environment = {}

    def start(self, name, arguments, **more):
        log = open(self.run / f"{name}.log", "w")
        self.children[name] = subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **more)

    def said(self, name):
        return (self.run / f"{name}.log").read_text()[-1500:]

    def prometheus(self):
        if "prometheus" in self.children:
            return
        begin = self.begin

        class Exporter(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(exposition(time.time(), begin).encode())

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 9100), Exporter)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shutil.copytree(self.history, self.run / "tsdb")
        # Up to now, or the first tick would be of a time without samples: pages are run one after the other.
        last = begin + DAYS * DAY - STEP
        add_history(self.run, begin, [last + second for second in range(1, int(time.time() - last))])
        (self.run / "prometheus.yml").write_text(
            "global: { scrape_interval: 1s }\n"
            "scrape_configs:\n"
            "  - job_name: pages\n"
            "    static_configs: [ { targets: ['127.0.0.1:9100'] } ]\n"
            "    metric_relabel_configs: [ { action: labeldrop, regex: job|instance } ]\n")
        self.start("prometheus", ["prometheus", f"--config.file={self.run}/prometheus.yml", "--web.listen-address=127.0.0.1:9090",
                                  f"--storage.tsdb.path={self.run}/tsdb", "--storage.tsdb.retention.time=10y"])

        def scraped():
            said = get("http://127.0.0.1:9090/api/v1/query?query=count_over_time(proxy_cpu_percent[3s])")
            found = json.loads(said)["data"]["result"] if said else []
            return bool(found) and int(found[0]["value"][1]) > 1

        eventually(f"Prometheus has scraped nothing", scraped)

    def serve(self, given):
        """The Loadline that pages ask: with decisions of a few objects behind it, and the cluster watched where the page has one."""
        self.prometheus()
        options = ["--http.tokensFile", str(given / "token.lines")] if self.tokens else []
        if "KUBECONFIG" in self.environment:
            options += ["--kubernetes.enabled", "true", "--kubernetes.kubeconfig", self.environment["KUBECONFIG"]]
        self.start("serve", [self.loadline, "serve", "--config", str(given / "loadline.yaml"), "--dataDir", "/var/lib/loadline",
                             "--policies.path", str(given / "policies"), *options])
        self.ready("serve")
        for trigger in (["--policy", "cdc-worker", "--namespace", "data", "--name", "orders-cdc", "--metadata", "pipeline=orders"],
                        ["--policy", "kafka-consumer", "--namespace", "payments", "--name", "payments-worker",
                         "--metadata", "topic=payments", "--metadata", "group=payments-worker"],
                        ["--policy", "checkout-as-given", "--namespace", "shop", "--name", "checkout"],
                        ["--policy", "checkout-as-given", "--namespace", "shop", "--name", "web"]):
            subprocess.run([self.loadline, "probe", "127.0.0.1:50051", *trigger], check=True, stdout=subprocess.DEVNULL)
        eventually("no decision is in the journal", lambda: self.recorded())

    def recorded(self):
        said = subprocess.run([self.loadline, "journal", "show", "data/orders-cdc", "--journal", "/var/lib/loadline/journal.db"],
                              capture_output=True)
        return said.returncode == 0

    def ready(self, name=None):
        def is_ready():
            if name and self.children[name].poll() is not None:
                raise RuntimeError(f"serve ended: {self.said(name)}")
            return get("http://127.0.0.1:8080/readyz") is not None

        eventually("serve is not ready", is_ready)

    def stop(self, name):
        child = self.children.pop(name, None)
        if child and child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def cluster(self, root, objects):
        """An API server with KEDA's definitions, and these objects. Nothing runs pods there."""
        if "cluster" in self.children or not self.cluster_bin:
            return
        begun = self.run / "cluster.begun"
        ended = self.run / "cluster.ended"
        (self.run / "objects.yaml").write_text(objects)
        script = (f'kubectl() {{ "$KUBECTL" "$@" >/dev/null; }}; kubectl apply --server-side -f "$CRDS"; '
                  f'for each in keda monitoring data lake shop web edge payments; do kubectl create namespace $each; done; '
                  f'for ((i = 0; i < 100; i++)); do "$KUBECTL" wait --for condition=Established crd --all >/dev/null 2>&1 && break; done; '
                  f'{"kubectl apply -f " + str(self.run / "objects.yaml") + ";" if objects.strip() else ""} '
                  f'kubectl config set-context prod --cluster=c --user=c; '
                  f"kubectl -n loadline patch pod loadline-0 --subresource status -p '{POD_ADDRESS}' 2>/dev/null; "
                  f'echo "$KUBECONFIG" >{begun}.new; mv {begun}.new {begun}; while [[ ! -e {ended} ]]; do sleep 0.1; done')
        self.start("cluster", [str(root / "tests/chart/api_server.sh"), "bash", "-c", script],
                   env=os.environ | {"CLUSTER_BIN": str(self.cluster_bin), "TMPDIR": str(self.run)})

        def up():
            if self.children["cluster"].poll() is not None:
                raise RuntimeError(f"the API server ended: {self.said('cluster')}")
            return begun.exists()

        eventually("the API server is not up", up, 60)
        self.environment["KUBECONFIG"] = begun.read_text().strip()

    def end(self):
        if "cluster" in self.children:
            (self.run / "cluster.ended").touch()
            try:
                self.children["cluster"].wait(20)
            except subprocess.TimeoutExpired:
                pass
        for name in list(self.children):
            self.stop(name)


def ready_made(root):
    """helm, and the programs of a cluster, where they have been built; None where not. They are not built here."""
    store = pathlib.Path(os.environ.get("CLUSTER_CACHE") or
                         os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "loadline-e2e"))
    version = re.search(r"^version=(\S+)", (root / "tests/chart/helm.sh").read_text(), re.M)[1]
    helm = store / f"helm-{version}" / "helm"
    pins = subprocess.run("sha256sum go.mod go.sum build.sh | sha256sum | head -c 12", shell=True, cwd=root / "tests/cluster",
                          capture_output=True, text=True).stdout
    cluster = store / pins
    return (helm if helm.exists() else None), (cluster if (cluster / "done").exists() else None)
