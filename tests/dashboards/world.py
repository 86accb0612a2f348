"""Real programs for the dashboards to look at: Prometheus, PostgreSQL, and two `loadline serve` that decide."""

import json
import math
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request

import deployed
import neighbours

HERE = pathlib.Path(__file__).parent
DAY = 86400


def eventually(what, found, seconds=60):
    """What `found()` returns once it is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            result = found()
        except OSError:
            result = None
        if result:
            return result
        time.sleep(0.05)
    raise RuntimeError(f"{what}: not after {seconds} s")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class World:
    def __init__(self, loadline, folder):
        self.loadline, self.folder, self.running = loadline, pathlib.Path(folder), []
        (self.folder / "policies").mkdir()
        (self.folder / "policies/policies.yaml").write_text(deployed.POLICIES)
        (self.folder / "policies/bad.yaml").write_text(deployed.BAD_DOCUMENT)
        self.exporter = neighbours.exporter((HERE / "samples.txt").read_text())
        self.receiver = neighbours.receiver()
        self.api = neighbours.ApiServer()
        self.api.put("scaledobjects", deployed.OBJECT)
        self.api.put("scaledobjects", deployed.WRONG_OBJECT)
        self.api.put("horizontalpodautoscalers", deployed.hpa(1))
        self.api.put("deployments", deployed.deployment(1))

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for each in reversed(self.running):
            each.terminate()
        for each in self.running:
            each.wait()

    def _run(self, name, *command):
        own = {name: value for name, value in os.environ.items() if not name.startswith("LOADLINE_")}  # each would be an option
        self.running.append(
            subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL, stderr=(self.folder / f"{name}.log").open("w"))
        )
        return self.running[-1]

    def _start(self):
        self._start_prometheus()
        self._start_postgres()
        self._make_certificate()
        plain, _ = self._serve("a")
        tls = [
            f"--{port}.tls.{option}={self.folder}/{file}"
            for port in ("grpc", "http")
            for option, file in (("certificateFile", "tls.crt"), ("keyFile", "tls.key"))
        ]
        self._serve("b", *tls)
        for policy, name, more in (("worker", "orders", ["--metadata", "pipeline=orders"]), ("blind", "blind", [])):
            subprocess.run(
                [self.loadline, "probe", plain, "--policy", policy, "--namespace", "data", "--name", name, *more],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        # The HPA follows, and replicas become ready.
        eventually("a decision", lambda: self.query('loadline_wanted_replicas{name="orders"} > 3'))
        self.api.put("horizontalpodautoscalers", deployed.hpa(4))
        self.api.put("deployments", deployed.deployment(4))

    def _start_prometheus(self):
        """With two days of a load for forecasts."""
        now = int(time.time()) // 60 * 60
        text = (
            "# TYPE arrivals_per_second gauge\n"
            + "".join(
                f"arrivals_per_second {200 + 100 * math.sin(t * 2 * math.pi / DAY) + 20 * (t * 7919 % 1009) / 1009:.3f} {t}\n"
                for t in range(now - 2 * DAY, now, 60)
            )
            + "# EOF\n"
        )
        (self.folder / "history").write_text(text)
        subprocess.run(
            [
                "promtool",
                "tsdb",
                "create-blocks-from",
                "openmetrics",
                "--max-block-duration=360h",
                self.folder / "history",
                self.folder / "tsdb",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        (self.folder / "prometheus.yml").write_text(
            json.dumps(
                {
                    "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
                    "scrape_configs": [
                        {"job_name": "others", "static_configs": [{"targets": [self.exporter.address]}], "honor_labels": True},
                        {
                            "job_name": "loadline-http",
                            "file_sd_configs": [{"files": [f"{self.folder}/pod-*.json"]}],
                            "honor_labels": True,
                            "tls_config": {"insecure_skip_verify": True},
                        },
                    ],
                }
            )
        )
        address = f"127.0.0.1:{free_port()}"
        self.prometheus = f"http://{address}"
        process = self._run(
            "prometheus",
            "prometheus",
            f"--config.file={self.folder}/prometheus.yml",
            f"--storage.tsdb.path={self.folder}/tsdb",
            "--storage.tsdb.retention.time=10y",
            f"--web.listen-address={address}",
        )
        eventually(
            "Prometheus", lambda: process.poll() is not None or urllib.request.urlopen(self.prometheus + "/-/ready").status == 200
        )

    def _start_postgres(self):
        self.programs = programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        home = self.folder / "postgres"
        home.mkdir()
        as_server = []
        if os.getuid() == 0:  # it refuses to be root
            as_server = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            shutil.chown(home, "postgres", "postgres")
            self.folder.chmod(0o755)
        subprocess.run(
            [
                *as_server,
                programs / "initdb",
                "--no-sync",
                "--auth=trust",
                "--username=loadline",
                "--encoding=UTF8",
                "--locale=C",
                f"--pgdata={home}/data",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        self.socket = home
        self._run(
            "postgres",
            *as_server,
            programs / "postgres",
            "-D",
            f"{home}/data",
            "-k",
            home,
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
        )
        eventually("PostgreSQL", lambda: subprocess.run([programs / "pg_isready", "-q", "-h", home]).returncode == 0)

    def _make_certificate(self):
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=localhost",
                "-keyout",
                self.folder / "tls.key",
                "-out",
                self.folder / "tls.crt",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        cluster = {"name": "c", "cluster": {"server": f"http://{self.api.server.address}"}}
        (self.folder / "kubeconfig").write_text(
            json.dumps({"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c"}}], "clusters": [cluster]})
        )

    def _serve(self, name, *more):
        """Starts a pod, and has it scraped with the labels that the Prometheus operator would give. Its addresses."""
        process = self._run(
            name,
            self.loadline,
            "serve",
            "--grpc.listen=127.0.0.1:0",
            "--http.listen=127.0.0.1:0",
            "--tick.interval=200ms",
            "--tick.delay=20ms",
            "--tick.budget=150ms",
            "--forecasts.refit=1m",
            "--forecasts.lead=1s",
            f"--policies.path={self.folder}/policies",
            f"--dataDir={self.folder}/data-{name}",
            f"--set=sources.default.url={self.prometheus}",
            "--journal.heartbeat=1s",
            f"--journal.url=postgresql://loadline@/postgres?host={self.socket}",
            "--kubernetes.enabled=true",
            f"--kubernetes.kubeconfig={self.folder}/kubeconfig",
            f"--set=webhooks.chat.url=http://{self.receiver.address}/",
            *more,
        )
        log = self.folder / f"{name}.log"
        started = eventually(
            f"serve {name}", lambda: process.poll() is not None or re.search(r'\{[^\n]*"event":"started".*', log.read_text())
        )
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        ports = json.loads(started[0])
        labels = {"namespace": "loadline", "pod": f"loadline-{name}", "__scheme__": "https" if more else "http"}
        (self.folder / f"pod-{name}.json").write_text(
            json.dumps([{"targets": [f"127.0.0.1:{ports['http_port']}"], "labels": labels}])
        )
        return f"127.0.0.1:{ports['grpc_port']}", f"127.0.0.1:{ports['http_port']}"

    def ask(self, path, **parameters):
        url = f"{self.prometheus}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            body = json.load(urllib.request.urlopen(url))
        except urllib.error.HTTPError as refused:
            raise ValueError(json.load(refused)["error"]) from None
        return body["data"]

    def query(self, expr, **at):
        """The series of an instant query; raises ValueError where it is no PromQL."""
        return self.ask("query", query=expr, **at)["result"]

    def sql(self, text):
        """Rows as objects."""
        ran = subprocess.run(
            [
                self.programs / "psql",
                "-X",
                "-q",
                "-A",
                "-t",
                "-h",
                self.socket,
                "-U",
                "loadline",
                "-d",
                "postgres",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                f"SELECT row_to_json(found) FROM ({text}) AS found",
            ],
            capture_output=True,
            text=True,
        )
        if ran.returncode != 0:
            raise ValueError(ran.stderr)
        return [json.loads(line) for line in ran.stdout.splitlines()]
