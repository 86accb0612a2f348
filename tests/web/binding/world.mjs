// A world to look at one binding in: a source with made-up load, weeks of journal, and the program that goes on with
// them. The load is that of tests/tools/journal_history.cc.
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const wave = (seconds, period, at) => Math.cos(2 * Math.PI * (seconds / period - at));

export function visitors(seconds) {
  const weekday = (Math.floor(seconds / 86400) + 4) % 7;
  const size = weekday === 0 || weekday === 6 ? 0.55 : 1;
  const small = 25 * wave(seconds, 1500, 0) + 18 * wave(seconds, 610, 0.3) + 9 * wave(seconds, 95, 0.2);
  return Math.max(20, size * (420 + 330 * wave(seconds, 86400, 14 / 24)) + small);
}

export function queue(seconds) {
  return 30 + 20 * wave(seconds, 130, 0) + 420 * Math.max(0, wave(seconds, 31000, 0.4)) ** 150;
}

const observed = (seconds) =>
  Math.min(12, Math.max(1, Math.ceil(Math.max(visitors(seconds - 60) / 100, queue(seconds - 60) / 60))));

// A source that speaks as Prometheus does. `set` replaces a query's value, or with "failed" its answer.
async function startSource() {
  const replaced = new Map();
  const valueOf = (query, time) => {
    const name = query.match(/^[a-z]+/)?.[0];
    if (replaced.has(name)) return replaced.get(name);
    return { visitors, queue, observed }[name]?.(time) ?? null;
  };
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url, "http://source");
    const fields = new URLSearchParams(url.search + "&" + Buffer.concat(chunks).toString());
    const query = fields.get("query") ?? "";
    const ranged = url.pathname.endsWith("query_range");
    const first = Number(fields.get(ranged ? "start" : "time"));
    if (valueOf(query, first) === "failed") {
      response.writeHead(503).end("away");
      return;
    }
    const pair = (time) => [time, String(valueOf(query, time))];
    let data = { resultType: "vector", result: [{ metric: {}, value: pair(first) }] };
    if (ranged) {
      const step = Number.parseFloat(fields.get("step"));
      const values = [];
      for (let time = first; time <= Number(fields.get("end")); time += step) values.push(pair(time));
      data = { resultType: "matrix", result: [{ metric: {}, values }] };
    }
    if (valueOf(query, first) === null) data.result = [];
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ status: "success", data }));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}`, set: (name, value) => replaced.set(name, value), clear: (name) => replaced.delete(name), stop: () => server.close() };
}

const portOf = async () => {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
};

// `days`: of history; `journal`: whether there is one; `ask`: whether the trigger is asked for.
export async function startWorld(build, { days = 0, journal = true, ask = true, tick = "1s" } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "loadline-binding-"));
  const source = await startSource();
  await mkdir(join(folder, "policies"));
  await mkdir(join(folder, "data"));
  await copyFile(join(here, "policy.yaml"), join(folder, "policies", "policy.yaml"));
  const [grpc, http] = [await portOf(), await portOf()];
  if (days > 0) {
    const url = `sqlite:${join(folder, "data", "journal.db")}`;
    const policy = join(folder, "policies", "policy.yaml");
    const until = new Date(Date.now() - 1000).toISOString();
    await run(join(build, "tests/journal_history"), [url, policy, "shop", "web", until, String(days), "pool=main", `scalerAddress=127.0.0.1:${grpc}`]);
  }
  const config = `grpc: { listen: "127.0.0.1:${grpc}" }
http: { listen: "127.0.0.1:${http}", rateLimit: 10000 }
tick: { interval: ${tick}, delay: 100ms, budget: 700ms }
policies: { path: "${join(folder, "policies")}", poll: 200ms }
${journal ? `dataDir: "${join(folder, "data")}"\n` : ""}sources: { default: { url: "${source.url}" } }
`;
  await writeFile(join(folder, "loadline.yaml"), config);
  let child = null;
  const start = () => {
    child = spawn(join(build, "loadline"), ["serve", "--config", join(folder, "loadline.yaml")], { stdio: ["ignore", "ignore", "pipe"] });
    child.log = "";
    child.stderr.on("data", (text) => (child.log += text));
  };
  const stopServer = async () => {
    if (child === null || child.exitCode !== null) return;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await gone;
  };
  start();
  const url = `http://127.0.0.1:${http}/`;
  const get = async (path) => (await fetch(url + "api/v1/" + path)).json();
  const until = async (what, check) => {
    for (let i = 0; i < 600; ++i) {
      const got = await check().catch(() => null);
      if (got) return got;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`${what} did not come to be; the log ends with ${child.log.slice(-800)}`);
  };
  const probe = (name = "web", pool = "main") =>
    run(join(build, "loadline"), ["probe", `127.0.0.1:${grpc}`, "--policy", "web-worker", "--namespace", "shop", "--name", name, "--metadata", `pool=${pool}`]).catch(() => {});
  const asked = (name = "web", pool = "main") =>
    until("a decision", async () => {
      await probe(name, pool);
      const page = await get(`decisions?namespace=shop&name=${name}`);
      return page.decisions.find((each) => each.metadata.pool === pool && each.replicas !== null);
    });
  await until("the server", () => fetch(url + "healthz"));
  if (ask) await asked();
  return {
    url, source, get, until, asked, stopServer,
    startServer: async () => { start(); await until("the server", () => fetch(url + "healthz")); },
    page: (rest) => `${url}#/binding/shop/${rest}`,
    policy: async () => readFile(join(folder, "policies", "policy.yaml"), "utf8"),
    stop: async () => { await stopServer(); source.stop(); await rm(folder, { recursive: true, force: true }); },
  };
}
