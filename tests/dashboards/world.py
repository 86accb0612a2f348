"""The world that the dashboards look at: two `loadline serve` as pods, with a real Prometheus and a real PostgreSQL, and others
who are played."""

import json
import math
import pathlib
import re
import subprocess
import time

import deployed
import neighbours
from programs import Postgres, Program, Prometheus, eventually, quietly

SAMPLES = pathlib.Path(__file__).parent / "samples.txt"
DAY = 86400
SERVE = """serve --grpc.listen=127.0.0.1:0 --http.listen=127.0.0.1:0 --tick.interval=1s --tick.delay=50ms --tick.budget=800ms
  --forecasts.refit=1m --forecasts.lead=1s --journal.heartbeat=2s --kubernetes.enabled=true""".split()


def two_days_of_load():
    """With a season of a day and some noise, always the same, for a forecast to be judged by."""
    now = int(time.time()) // 60 * 60
    lines = (
        f"arrivals_per_second {200 + 100 * math.sin(t * 2 * math.pi / DAY) + 20 * (t * 7919 % 1009) / 1009:.3f} {t}\n"
        for t in range(now - 2 * DAY, now, 60)
    )
    return "# TYPE arrivals_per_second gauge\n" + "".join(lines) + "# EOF\n"


class World:
    def __init__(self, loadline, folder):
        self.loadline, self.folder, self.running = loadline, pathlib.Path(folder), []
        (self.folder / "policies").mkdir()
        (self.folder / "policies/policies.yaml").write_text(deployed.POLICIES)
        (self.folder / "policies/bad.yaml").write_text(deployed.BAD_DOCUMENT)

    def __enter__(self):
        try:
            self._play_neighbours()
            self._start_databases()
            self._start_pods()
            self._call_and_follow()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for each in reversed(self.running):
            each.stop()

    def _play_neighbours(self):
        self.exporter = neighbours.exporter(SAMPLES.read_text())
        self.receiver = neighbours.receiver()
        self.api = neighbours.ApiServer()
        self.api.put("scaledobjects", deployed.OBJECT)
        self.api.put("scaledobjects", deployed.WRONG_OBJECT)
        self.api.put("horizontalpodautoscalers", deployed.hpa(1))
        self.api.put("deployments", deployed.deployment(1))
        cluster = {"name": "c", "cluster": {"server": f"http://{self.api.server.address}"}}
        kubeconfig = {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c"}}], "clusters": [cluster]}
        (self.folder / "kubeconfig").write_text(json.dumps(kubeconfig))

    def _start_databases(self):
        scrapes = [
            {"job_name": "others", "static_configs": [{"targets": [self.exporter.address]}]},
            {"job_name": "loadline-http", "file_sd_configs": [{"files": [f"{self.folder}/pod-*.json"]}]},
        ]
        common = {"honor_labels": True, "tls_config": {"insecure_skip_verify": True}}
        self.prometheus = Prometheus(self.folder, [{**each, **common} for each in scrapes], two_days_of_load())
        self.running.append(self.prometheus)
        self.postgres = Postgres(self.folder)
        self.running.append(self.postgres)

    def _start_pods(self):
        key, certificate = self.folder / "tls.key", self.folder / "tls.crt"
        make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost".split()
        quietly(*make, "-keyout", key, "-out", certificate)
        self.address = self._serve("a")
        self._serve("b", *(f"--{port}.tls.{option}" for port in ("grpc", "http")
                           for option in (f"certificateFile={certificate}", f"keyFile={key}")))

    def _serve(self, name, *tls):
        """Starts a pod, and has it scraped with the labels that the Prometheus operator would give. Where KEDA would call it."""
        pod = Program(
            self.folder, name, self.loadline, *SERVE,
            f"--policies.path={self.folder}/policies", f"--dataDir={self.folder}/data-{name}",
            f"--set=sources.default.url={self.prometheus.url}",
            f"--journal.url=postgresql://loadline@/postgres?host={self.postgres.home}",
            f"--kubernetes.kubeconfig={self.folder}/kubeconfig", f"--set=webhooks.chat.url=http://{self.receiver.address}/",
            *tls,
        )
        self.running.append(pod)
        ports = json.loads(pod.until(lambda: re.search(r'\{[^\n]*"event":"started".*', pod.log.read_text()))[0])
        labels = {"namespace": "loadline", "pod": f"loadline-{name}", "__scheme__": "https" if tls else "http"}
        target = {"targets": [f"127.0.0.1:{ports['http_port']}"], "labels": labels}
        (self.folder / f"pod-{name}.json").write_text(json.dumps([target]))
        return f"127.0.0.1:{ports['grpc_port']}"

    def _call_and_follow(self):
        """KEDA calls, the HPA follows, and replicas become ready."""
        for policy, name, *more in (("worker", "orders", "--metadata", "pipeline=orders"), ("blind", "blind")):
            probe = [self.loadline, "probe", self.address, "--policy", policy, "--namespace", "data", "--name", name, *more]
            subprocess.run(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # blind gets errors, as is wanted
        eventually("a decision", lambda: self.query('loadline_wanted_replicas{name="orders"} > 3'))
        self.api.put("horizontalpodautoscalers", deployed.hpa(4))
        self.api.put("deployments", deployed.deployment(4))

    def query(self, expr, **at):
        """The series of an instant query."""
        return self.prometheus.ask("query", query=expr, **at)["result"]
