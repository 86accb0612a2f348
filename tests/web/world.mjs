// A real `loadline serve` with a made-up source of numbers and made-up triggers, which call as KEDA does.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { connect } from "node:http2";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { endsBy } from "./ends.mjs";

// --- A source: what Prometheus answers. `valueOf(query, seconds)`: a number; null: nothing; undefined: an error.
export async function startSource(valueOf) {
  const source = { valueOf, queries: 0 };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const url = new URL(request.url, "http://x");
    const fields = new URLSearchParams(body === "" ? url.search : body);
    source.queries += 1;
    const query = fields.get("query") ?? "";
    const say = (status, json) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(json));
    };
    const at = (seconds) => source.valueOf(query, seconds);
    const now = Number(fields.get("time") ?? fields.get("end") ?? Date.now() / 1000);
    if (at(now) === undefined) return say(503, { status: "error", errorType: "unavailable", error: "the disk is full" });
    if (!url.pathname.endsWith("query_range")) {
      const value = at(now);
      return say(200, {
        status: "success",
        data: { resultType: "vector", result: value === null ? [] : [{ metric: {}, value: [now, String(value)] }] },
      });
    }
    const values = [];
    const [start, end, step] = ["start", "end", "step"].map((each) => Number(fields.get(each)));
    for (let time = start; time <= end + 1e-6; time += step) {
      const value = at(time);
      if (value !== null && value !== undefined) values.push([time, String(value)]);
    }
    say(200, { status: "success", data: { resultType: "matrix", result: values.length === 0 ? [] : [{ metric: {}, values }] } });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  source.url = `http://127.0.0.1:${server.address().port}`;
  source.stop = () => (server.closeAllConnections(), server.close());
  endsBy(source.stop);
  return source;
}

// --- The program. `policies`: YAML; `options`: of its config, beside those of a test.
export class Service {
  constructor(source, policies, options = "") {
    Object.assign(this, { source, policies, options, ports: { grpc: 0, http: 0 } });
    endsBy(() => this.stop());
  }

  async start() {
    if (this.folder === undefined) {
      this.folder = await mkdtemp(join(tmpdir(), "loadline-web-"));
      await mkdir(join(this.folder, "policies"));
      await writeFile(join(this.folder, "policies", "policies.yaml"), this.policies);
      if (this.tokens) await writeFile(join(this.folder, "tokens"), this.tokens, { mode: 0o600 });
    }
    await writeFile(
      join(this.folder, "loadline.yaml"),
      `grpc: { listen: "127.0.0.1:${this.ports.grpc}" }
http: { listen: "127.0.0.1:${this.ports.http}", rateLimit: 0${this.tokens ? `, tokensFile: ${this.folder}/tokens` : ""}${this.grafana ? `, grafana: "${this.grafana}"` : ""} }
policies: { path: ${this.folder}/policies }
dataDir: ${this.folder}/data
sources: { default: { url: "${this.source.url}" } }
${this.options}
`,
    );
    this.process = spawn(process.env.LOADLINE_BINARY, ["serve", "--config", join(this.folder, "loadline.yaml")], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: process.env.PATH }, // a LOADLINE_... would be an option
    });
    this.log = [];
    const lines = createInterface({ input: this.process.stderr });
    await new Promise((listening, ended) => {
      this.process.once("error", ended); // it cannot be run
      this.process.once("exit", (code) => ended(new Error(`serve ended (${code}):\n${this.log.slice(-5).join("\n")}`)));
      lines.on("line", (line) => {
        this.log.push(line);
        if (this.log.length > 1000) this.log.shift();
        const entry = line.startsWith("{") ? JSON.parse(line) : {};
        if (entry.event !== "started") return;
        this.ports = { grpc: entry.grpc_port, http: entry.http_port };
        listening();
      });
    });
    this.url = `http://127.0.0.1:${this.ports.http}`;
  }

  get running() {
    return this.process.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  // As a pod dies; its folder stays.
  async kill(signal = "SIGKILL") {
    if (!this.running) return;
    this.process.removeAllListeners("exit");
    this.process.kill(signal);
    await once(this.process, "exit");
  }

  async stop() {
    if (this.process) await this.kill("SIGTERM");
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }

  async api(path) {
    const response = await fetch(`${this.url}/api/v1/${path}`, { headers: this.headers ?? {} });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  // Each trigger calls once, as KEDA does: [{ namespace, name, metadata }]
  async call(triggers) {
    const session = connect(`http://127.0.0.1:${this.ports.grpc}`);
    session.on("error", () => undefined);
    const queue = [...triggers];
    const worker = async () => {
      for (let each = queue.pop(); each !== undefined; each = queue.pop()) await isActive(session, each);
    };
    try {
      await Promise.all(Array.from({ length: 40 }, worker));
    } finally {
      session.close();
    }
  }
}

// --- gRPC by hand: a message of three fields needs no library.
function isActive(session, { namespace, name, metadata }) {
  const fields = [text(1, name), text(2, namespace)];
  for (const [key, value] of Object.entries(metadata)) fields.push(bytes(3, Buffer.concat([text(1, key), text(2, value)])));
  const message = Buffer.concat(fields);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return new Promise((answered, failed) => {
    const stream = session.request({
      ":method": "POST",
      ":path": "/externalscaler.ExternalScaler/IsActive",
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.on("error", failed);
    stream.on("close", answered); // whatever it says: it has called
    stream.resume();
    stream.end(Buffer.concat([head, message]));
  });
}

const varint = (value) => {
  const out = [];
  for (; value > 127; value >>>= 7) out.push((value & 127) | 128);
  return Buffer.from([...out, value]);
};
const bytes = (field, value) => Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
const text = (field, value) => bytes(field, Buffer.from(value));
