"""Programs that are run for a test, on ports and in folders of their own: Prometheus, PostgreSQL, and whatever else."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request


def eventually(what, found, seconds=60):
    """What `found()` returns once it is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if result := found():
                return result
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"{what}: not after {seconds} s")


def quietly(*command):
    """Runs it to its end; says what it said where that was no good one."""
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if ran.returncode != 0:
        raise RuntimeError(f"{command[0]}: {ran.stdout}")


class Program:
    """One that runs until it is stopped."""

    def __init__(self, folder, name, *command):
        self.log = folder / f"{name}.log"
        own = {key: value for key, value in os.environ.items() if not key.startswith("LOADLINE_")}  # each would be an option
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL, stderr=log)

    def until(self, found):
        """What `found()` returns once it is something, while the program runs."""
        result = eventually(self.log.name, lambda: self.process.poll() is not None or found())
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.log.name}: {self.log.read_text()}")
        return result

    def stop(self):
        self.process.terminate()
        self.process.wait()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Prometheus(Program):
    def __init__(self, folder, scrapes, history):
        """`history` is in OpenMetrics' format, and ends before now: what is scraped comes after it."""
        (folder / "prometheus.yml").write_text(
            json.dumps({"global": {"scrape_interval": "1s", "scrape_timeout": "1s"}, "scrape_configs": scrapes})
        )
        (folder / "history").write_text(history)
        make_blocks = "promtool tsdb create-blocks-from openmetrics --max-block-duration=360h".split()
        quietly(*make_blocks, folder / "history", folder / "tsdb")
        address = f"127.0.0.1:{free_port()}"
        self.url = f"http://{address}"
        where = [
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/tsdb",
            f"--web.listen-address={address}",
        ]
        super().__init__(folder, "prometheus", "prometheus", *where, "--storage.tsdb.retention.time=10y")
        self.until(lambda: urllib.request.urlopen(self.url + "/-/ready").status == 200)

    def ask(self, path, **parameters):
        """The data of an answer of its API; raises ValueError where the question was not understood."""
        try:
            return json.load(urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"))["data"]
        except urllib.error.HTTPError as refused:
            raise ValueError(json.load(refused)["error"]) from None


class Postgres(Program):
    def __init__(self, folder):
        self.programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))  # Debian keeps those of each version apart
        self.home = folder / "postgres"
        self.home.mkdir()
        as_server = []
        if os.getuid() == 0:  # it refuses to be root
            as_server = "setpriv --reuid=postgres --regid=postgres --clear-groups".split()
            shutil.chown(self.home, "postgres", "postgres")
            folder.chmod(0o755)
        options = "--no-sync --auth=trust --username=loadline --encoding=UTF8 --locale=C".split()
        quietly(*as_server, self.programs / "initdb", *options, f"--pgdata={self.home}/data")
        on_socket = ["-D", f"{self.home}/data", "-k", self.home, *"-c listen_addresses= -c fsync=off".split()]
        super().__init__(folder, "postgres", *as_server, self.programs / "postgres", *on_socket)
        self.until(lambda: subprocess.run([self.programs / "pg_isready", "-q", "-h", self.home]).returncode == 0)

    def rows(self, text):
        """Rows as objects; raises ValueError where it is no SQL."""
        psql = [self.programs / "psql", *"-X -q -A -t -U loadline -d postgres -v ON_ERROR_STOP=1 -h".split(), self.home]
        ran = subprocess.run([*psql, "-c", f"SELECT row_to_json(found) FROM ({text}) AS found"], capture_output=True, text=True)
        if ran.returncode != 0:
            raise ValueError(ran.stderr)
        return [json.loads(line) for line in ran.stdout.splitlines()]
