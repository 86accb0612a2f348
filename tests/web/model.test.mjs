// What the page knows, without a browser: `answers` is what the API says, by the path below /api/v1.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { load } from "./units.mjs";

let asked;
let answers;
const json = (body, status = 200) => new Response(JSON.stringify(body), { status });
const answerOf = (path, url) => {
  const answer = answers[path];
  if (answer === undefined) return json({ detail: `nobody answers ${path}` }, 503);
  return typeof answer === "function" ? answer(url) : json(answer);
};
Object.assign(globalThis, {
  document: Object.assign(new EventTarget(), { baseURI: "http://page/", hidden: false }),
  sessionStorage: { getItem: () => null, setItem: () => undefined, removeItem: () => undefined },
  addEventListener: () => undefined,
  fetch: async (address) => {
    const url = new URL(address);
    const path = url.pathname.replace("/api/v1/", "");
    asked.push(path + url.search);
    return answerOf(path, url);
  },
});

// All that waits for nothing but promises has come to pass.
const settled = async () => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => setImmediate(done));
};
const later = async (milliseconds) => {
  mock.timers.tick(milliseconds);
  await settled();
};

const binding = (name, more = {}) => ({
  ...{ namespace: "shop", name, policy: "web", metadata: { policy: "web" }, policy_namespace: "shop", time: "2026-11-26T10:00:00.000Z" },
  ...{ policy_hash: "1", replicas: 3, wanted: 3, active: true, confidence: 1, observed: 3, error: null, winner: "load", summary: "" },
  ...{ without_reading: [], forecasts: [], last_call: null, ...more },
});
const finding = (name, sentence) => ({ namespace: "shop", name, finding: "Fallback", severity: "warning", sentence, mend: "" });
const listOf = (...bindings) => ({ total: bindings.length, bindings, next: null });
const sentencesOf = (row) => row.findings.map((each) => each.sentence);

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.parse("2026-11-26T10:00:00Z") });
  asked = [];
  answers = {};
});

// A fleet of its own, and the stream that it hears.
async function fleetOf() {
  return load("model/fleet.ts", "model/row_state.ts", "api/events.ts", "api/token.ts");
}

test("findings that come before the bindings are of them, and of those that come later", async () => {
  const { fleet, stateOf } = await fleetOf();
  let bindingsCome;
  answers.problems = { kubernetes: true, problems: [finding("web", "a bound is above KEDA's"), finding("late", "no such object")] };
  answers.bindings = () => new Promise((come) => (bindingsCome = () => come(json(listOf(binding("web"))))));
  fleet.look();
  await settled();
  assert.equal(fleet.rows.size, 0);
  bindingsCome();
  await settled();
  const [web] = fleet.rows.values();
  assert.equal(stateOf(web).word, "finding");
  assert.deepEqual(sentencesOf(web), ["a bound is above KEDA's"]);

  answers.bindings = listOf(binding("web"), binding("late"));
  await fleet.load();
  assert.deepEqual([...fleet.rows.values()].map(sentencesOf), [["a bound is above KEDA's"], ["no such object"]]);
});

test("once a token is given findings are asked for, too", async () => {
  const { fleet, setToken } = await fleetOf();
  answers.problems = () => json({ detail: "a token is needed" }, 401);
  answers.bindings = () => json({ detail: "a token is needed" }, 401);
  fleet.look();
  await settled();
  answers.problems = { kubernetes: true, problems: [finding("web", "a bound is above KEDA's")] };
  answers.bindings = listOf(binding("web"));
  setToken("right");
  await settled();
  assert.deepEqual([...fleet.rows.values()].map(sentencesOf), [["a bound is above KEDA's"]]);
});

test("a list and findings that could not be asked for anew are kept, and it is known as of when they are", async () => {
  const { fleet } = await fleetOf();
  answers.problems = { kubernetes: true, problems: [finding("web", "a bound is above KEDA's")] };
  answers.bindings = listOf(binding("web"));
  fleet.look();
  await settled();
  const begun = Date.now();
  assert.deepEqual([fleet.listNotAnew.get(), fleet.findingsNotAnew.get()], [null, null]);
  answers.problems = answers.bindings = () => json({ detail: "the proxy is busy" }, 502);
  await later(60_000);
  for (const each of [fleet.listNotAnew.get(), fleet.findingsNotAnew.get()]) assert.deepEqual([each.at, each.error.message], [begun, "the proxy is busy"]);
  assert.deepEqual([...fleet.rows.values()].map(sentencesOf), [["a bound is above KEDA's"]]);
  answers.problems = { kubernetes: true, problems: [] };
  answers.bindings = listOf(binding("web"));
  await later(60_000);
  assert.deepEqual([fleet.listNotAnew.get(), fleet.findingsNotAnew.get()], [null, null]);
  answers.bindings = () => json({ detail: "the proxy is busy" }, 502);
  await fleet.refresh(["shop/web"]);
  assert.equal(fleet.listNotAnew.get().at, begun + 120_000);
});

const trendOf = (name, ...points) => ({
  ...{ namespace: "shop", name, policy: "web", metadata: { policy: "web" }, complete: true },
  ...{ times: points.map(([time]) => time), replicas: points.map(([, replicas]) => replicas), observed: points.map(() => null) },
});
const trendsOf = (stands, ...trends) => ({ from: "", until: "", stands_seconds: stands, trends });
const idOfWeb = 'shop/web {"policy":"web"}';
const askedTrends = () => asked.filter((each) => each.startsWith("trends")).length;
const levelsOf = (trails) => trails.of(idOfWeb)?.points.map((each) => each.replicas);

test("plots of what is in sight are asked for anew by themselves, where they were refused", async () => {
  const { Trails } = await load("model/trails.ts");
  const trails = new Trails();
  trails.want(["shop/web"]);
  await later(150);
  assert.equal(askedTrends(), 1);
  answers.trends = trendsOf(600, trendOf("web", [100, 3]));
  await later(20_000);
  assert.equal(askedTrends(), 1, "not at once: a journal may be busy");
  await later(10_000);
  await later(150);
  assert.deepEqual(levelsOf(trails), [3]);
  trails.want([]);
  answers.trends = () => json({ detail: "busy" }, 503);
  trails.forget();
  await later(60_000);
  await later(60_000);
  assert.equal(askedTrends(), 2, "nobody looks any more");
});

test("plots of what is in sight are asked for anew once the stream goes on", async () => {
  const { Trails } = await load("model/trails.ts");
  const trails = new Trails();
  answers.trends = trendsOf(600, trendOf("web", [100, 3]));
  trails.want(["shop/web"]);
  await later(150);
  answers.trends = trendsOf(600, trendOf("web", [100, 3], [160, 9]));
  trails.forget();
  await later(150);
  assert.deepEqual(levelsOf(trails), [3, 9]);
});

test("of a binding that is gone no plot is kept", async () => {
  const { fleet } = await fleetOf();
  answers.problems = { kubernetes: false, problems: [] };
  answers.bindings = listOf(binding("web"), binding("other"));
  answers.trends = trendsOf(600, trendOf("web", [100, 3]));
  fleet.look();
  await settled();
  fleet.trails.want(["shop/web"]);
  await later(150);
  assert.deepEqual(levelsOf(fleet.trails), [3]);
  answers.bindings = listOf(binding("other"));
  await fleet.load();
  assert.equal(fleet.trails.of(idOfWeb), undefined);
  answers.bindings = listOf(binding("web"));
  await fleet.load();
  fleet.trails.want(["shop/web"]);
  await later(150);
  assert.deepEqual(levelsOf(fleet.trails), [3], "it is asked for anew where it comes back");
});

test("without heartbeats a decision stands until the next one, however long ago it was", async () => {
  const { askCourse, linesOf, paths, standing, Trails, valueAt } = await load(
    ...["model/trails.ts", "parts/sparkline.tsx", "views/binding/course.ts", "views/binding/lines.ts"],
  );
  answers.trends = trendsOf(0, trendOf("web", [100, 3]));
  const trails = new Trails();
  trails.want(["shop/web"]);
  await later(150);
  const { line } = paths(trails.of(idOfWeb).points, trails.standsSeconds, 0, 10_000, 100, 20);
  assert.match(line, /^M1 [\d.]+H100$/, "from its time to the end");

  const at = Date.parse("2026-11-26T01:00:00Z");
  const point = { time: "2026-11-26T01:00:00.000Z", kind: "decision", replicas: 3, wanted: 3, active: true, observed: 3, error: null };
  const trigger = { namespace: "shop", name: "web", policy: "web", metadata: { policy: "web" } };
  const of = { ...trigger, records: 1, complete: true, marks: [], points: [{ ...point, winner: "", floor: null, ceiling: null, demands: {}, expected: {} }] };
  answers.timeline = { now: "2026-11-26T10:00:00.000Z", stands_seconds: 0, bindings: [of] };
  const course = await askCourse(trigger, at, Date.now(), 10, new AbortController().signal);
  const hours = 3_600_000;
  assert.equal(standing(course, at + 8 * hours)?.wanted, 3);
  const lines = linesOf({ course, end: Date.now(), signals: [], stacked: false, hpa: [], forecasts: [] });
  assert.equal(valueAt(lines.find((each) => each.id === "wanted"), at + 8 * hours), 3);
  assert.equal(valueAt(lines.find((each) => each.id === "wanted"), Date.now() + hours), null);
});

test("times are those of the server, whatever this computer's clock says", async () => {
  const { get, serverNow } = await load("api/clock.ts", "api/client.ts");
  const dated = (time) => () => new Response("{}", { headers: time === null ? {} : { Date: new Date(time).toUTCString() } });
  const here = Date.now();
  assert.equal(serverNow(), here);
  answers.x = dated(here + 400); // within the second that a Date has nothing is known to be otherwise
  await get("x");
  assert.equal(serverNow(), here);
  answers.x = dated(here + 3_600_000);
  await get("x");
  assert.equal(serverNow(), here + 3_600_000);
  answers.x = dated(null);
  await get("x");
  mock.timers.tick(5_000);
  assert.equal(serverNow(), here + 3_605_000);
  answers.x = dated(here - 3_600_000);
  await get("x");
  assert.ok(Math.abs(serverNow() - (here - 3_600_000)) <= 1_000);
});

test("of the HPA is said what it is asked for, and no more of what it does than is known", async () => {
  const { askedOfHpa } = await load("views/binding/asked_of_hpa.ts");
  const decision = { replicas: 2.6, observed: 10, active: true };
  const said = (now, kubernetes = true) => askedOfHpa(decision, { kubernetes, now, sentence: "" });
  const asked = "The HPA is asked to go from 10 to 3.";
  const unknown = `${asked} Whether and when it does goes by its own tolerance, windows and bounds, of which nothing is known here.`;
  assert.equal(askedOfHpa(decision, null), asked);
  assert.equal(said(null, false), unknown);
  assert.equal(said(null), unknown);
  assert.equal(said({ goal: 3, desired: null }), unknown);
  assert.equal(said({ goal: 3, desired: 3 }), `${asked} It has taken that up.`);
  assert.equal(said({ goal: 3, desired: 10 }), `${asked} It stays at 10 so far. What is known of why stands under In the way.`);
  assert.equal(said({ goal: 10, desired: 10 }), `${asked} It stays at 10 so far.`, "what it goes by is from before");
  for (const nothing of [{ replicas: null }, { observed: null }, { observed: 0 }, { observed: 3 }, { active: false }])
    assert.equal(askedOfHpa({ ...decision, ...nothing }, null), "");
});

test("a mark goes on where the same holds for the same reason", async () => {
  const { joined } = await load("views/binding/course.ts");
  const at = (second) => new Date(Date.UTC(2026, 10, 26, 10, 0, second)).toISOString();
  const mark = (reason, from, until) => ({ kind: "missing", name: "queue", reason, from: at(from), until: at(until), records: 1 });
  const course = (from, until, ...marks) => ({ points: [], marks, from: Date.parse(at(from)), until: Date.parse(at(until)), stands: 1, complete: true, thinned: false });
  const before = course(0, 20, mark("Held", 0, 20));
  assert.deepEqual(joined(before, course(20, 30, mark("Held", 20, 30))).marks, [mark("Held", 0, 30)]);
  assert.deepEqual(joined(before, course(20, 30, mark("Missing", 20, 30))).marks, [mark("Held", 0, 20), mark("Missing", 20, 30)]);
});

const courseOf = (from, now, times, more = {}) => ({
  ...{ points: times.map((time) => ({ time: new Date(time).toISOString() })), marks: [], from, until: now, stands: 1000, complete: true, thinned: false },
  ...more,
});

test("the first range is the shortest of the buttons' that has all that is known, and at most the usual one", async () => {
  const { firstRange } = await load("views/binding/first_range.ts");
  const now = Date.now();
  const minute = 60_000;
  const begin = now - 330 * minute; // of what is asked for, for the usual range
  const of = (minutes) => firstRange(courseOf(begin, now, [now - minutes * minute, now]), now)?.live;
  assert.deepEqual([1, 12, 13, 48, 49, 280, 500].map(of), [15, 15, 60, 60, 360, 360, 360].map((each) => each * minute));
  assert.equal(firstRange(courseOf(begin, now, []), now), null, "of nothing");
  assert.equal(firstRange(courseOf(now - 60 * minute, now, [now - minute]), now), null, "of a part of the usual range");
  assert.equal(firstRange(courseOf(begin, now, [now - minute], { complete: false }), now).live, 360 * minute, "the earliest are left out");
  const unknown = { kind: "unknown", from: new Date(begin).toISOString(), until: new Date(now - 13 * minute).toISOString() };
  assert.equal(firstRange(courseOf(begin, now, [now - 11 * minute], { marks: [unknown] }), now).live, 60 * minute, "the first one is left out");
});

const signalOf = (name, demand, reason = "Measured") => ({ name, demand, reason, value: 1, age_seconds: 0, active: true, sentence: "" });

test("of the number is told what made it of what is wanted", async () => {
  const { because, roundedText } = await load("views/binding/decision.ts");
  const won = { ...signalOf("buffer", 5.417), sentence: "287 at 53 each" };
  const tolerance = { stage: "tolerance", reason: "BeyondTolerance", before: 5.417, after: 6, sentence: "the HPA would not leave 5 for less than 6" };
  const decision = { replicas: 6, wanted: 5.417, winner: "buffer", signals: [won], steps: [tolerance], error: null, summary: "" };
  assert.equal(because(decision), "buffer wants 5.42: 287 at 53 each; the HPA would not leave 5 for less than 6");
  assert.equal(roundedText(decision), "");
  const rounded = { ...decision, replicas: 5.417, steps: [] };
  assert.equal(because(rounded), "buffer wants 5.42: 287 at 53 each");
  assert.equal(roundedText(rounded), " · 5.42, rounded up");
  for (const other of [{ replicas: 6, wanted: 6 }, { replicas: null, wanted: 6 }, { replicas: 0, wanted: 5.417 }]) assert.equal(roundedText({ ...decision, ...other }), "");
});
