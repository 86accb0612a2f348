// A binding with a past: weeks of journal (tests/tools/journal_history.cc), which the program goes on with. The load is
// that of the tool: a function of the time.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { becomes } from "./fleet_page.mjs";
import { Service, startSource } from "./world.mjs";

const policyFile = fileURLToPath(new URL("binding.yaml", import.meta.url));
const options = `tick: { interval: 2s, delay: 100ms, budget: 1800ms }
forecasts: { refit: 10m, lead: 2s }`;

const wave = (seconds, period, at) => Math.cos(2 * Math.PI * (seconds / period - at));

function visitors(seconds) {
  const weekday = (Math.floor(seconds / 86400) + 4) % 7;
  const size = weekday === 0 || weekday === 6 ? 0.55 : 1;
  const small = 25 * wave(seconds, 1500, 0) + 18 * wave(seconds, 610, 0.3) + 9 * wave(seconds, 95, 0.2);
  return Math.max(20, size * (420 + 330 * wave(seconds, 86400, 14 / 24)) + small);
}

const queue = (seconds) => 30 + 20 * wave(seconds, 130, 0) + 420 * Math.max(0, wave(seconds, 31000, 0.4)) ** 150;

function observed(seconds) {
  const wanted = Math.ceil(Math.max(visitors(seconds - 60) / 100, queue(seconds - 60) / 60));
  return Math.min(12, Math.max(1, wanted));
}

const laws = { visitors, queue, observed };

// `said`: what the source says instead, by query: a number, null (nothing), or undefined (an error).
export function startLoad() {
  const said = new Map();
  const valueOf = (query, seconds) => {
    const name = query.match(/^\w+/)[0];
    return said.has(name) ? said.get(name) : (laws[name]?.(seconds) ?? null);
  };
  return startSource(valueOf).then((source) => Object.assign(source, { said }));
}

export const main = { namespace: "shop", name: "web", metadata: { policy: "web-worker", pool: "main" } };
export const other = { namespace: "shop", name: "web", metadata: { policy: "web-worker", pool: "spare" } };
const parametersOf = ({ metadata: { policy, ...rest } }) => Object.entries(rest).map(([key, value]) => `${key}=${value}`);

// `days`: how much of a past it has.
export async function bindingWithPast({ days = 0, triggers = [main] } = {}) {
  const source = await startLoad();
  const service = new Service(source, "", options);
  service.folder = await mkdtemp(join(tmpdir(), "loadline-binding-"));
  await mkdir(join(service.folder, "policies"));
  await mkdir(join(service.folder, "data"));
  await writeFile(join(service.folder, "policies", "policy.yaml"), await readFile(policyFile));
  if (days > 0) {
    const until = new Date().toISOString();
    const url = `sqlite:${join(service.folder, "data", "journal.db")}`;
    const tool = process.env.LOADLINE_HISTORY ?? join(dirname(process.env.LOADLINE_BINARY), "tests/journal_history");
    const all = [url, policyFile, main.namespace, main.name, until, String(days), ...parametersOf(main)];
    await promisify(execFile)(tool, all);
  }
  await service.start();
  await answered(service, triggers);
  return service;
}

// They call, and there is a number for each: forecasts are fitted, too.
export async function answered(service, triggers) {
  await service.call(triggers);
  await eventually("decisions", async () => {
    const page = await service.api("decisions?namespace=shop");
    return page.decisions.length === triggers.length && page.decisions.every((each) => each.replicas !== null);
  });
}

// What it looks for is there within two minutes: yields it.
export function eventually(what, look) {
  return becomes(async () => {
    const got = await look();
    assert.ok(got, `${what}: not within two minutes`);
    return got;
  }, 120);
}
