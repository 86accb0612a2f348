// What is old never looks new, and what one has left, or has stopped, goes on nowhere.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeFindings, openPage, startBrowser } from "./browser.mjs";
import { endAll } from "./ends.mjs";
import { becomes, openRows, rowsOf } from "./fleet_page.mjs";
import { smallFleet, triggers } from "./small.mjs";

const minute = 60_000;
let browser;
let service;
before(async () => {
  browser = await startBrowser();
  service = await smallFleet();
});
after(endAll);

async function open(t, path, prepare = () => undefined) {
  const { page, context, faults } = await openPage(browser, service.url, { path: "api/v1/openapi.json" });
  t.after(async () => {
    await context.close();
    assert.deepEqual(faults, [], "what a page must not do");
  });
  await prepare(page);
  await page.goto(`${service.url}/${path}`);
  return page;
}

// A promise, and what keeps it.
function later() {
  let come;
  const it = new Promise((now) => (come = now));
  return { it, come };
}

const refuse = (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"detail":"it is too busy"}' });
const again = (page) => page.evaluate(() => dispatchEvent(new Event("online"))); // the stream begins anew
const listOf = (url) => url.pathname === "/api/v1/bindings" && url.searchParams.has("limit");

test("a view that is loaded late does not take the place of where one is", async (t) => {
  const page = await open(t, "");
  await openRows(page);
  const late = later();
  const loaded = page.waitForResponse(/\/page\/part-/);
  await page.route("**/page/part-*.js", async (route) => (await late.it, route.continue()));
  await page.getByRole("link", { name: "Overrides" }).click();
  await page.getByText("Loading …").waitFor();
  await page.getByRole("link", { name: "Fleet" }).click();
  await openRows(page);
  late.come();
  await (await loaded).finished();
  await page.evaluate(async () => {
    for (const each of performance.getEntriesByType("resource").filter((entry) => entry.name.includes("/page/part-"))) await import(each.name);
  });
  assert.equal((await rowsOf(page)).length, triggers.length);
});

test("an answer that was overtaken by a later one is not shown", async (t) => {
  const first = later();
  const told = later();
  let asked = 0;
  const page = await open(t, "#/server", (it) =>
    it.route("**/api/v1/status", async (route) => {
      const turn = ++asked;
      const answer = await route.fetch();
      const json = { ...(await answer.json()), version: `the answer ${turn}` };
      if (turn === 1) await first.it;
      await route.fulfill({ json }).catch(() => undefined); // nobody waits for it any more
      if (turn === 1) told.come();
    }),
  );
  await becomes(() => assert.ok(asked > 0));
  await again(page);
  await page.getByText(/^the answer [2-9]/).waitFor();
  first.come();
  await told.it;
  await page.evaluate(() => fetch("api/v1/openapi.json").then((answer) => answer.text())); // what came before it is shown by now
  assert.equal(await page.getByText("the answer 1").count(), 0);
});

test("what plots missed while the stream was lost is asked for again", async (t) => {
  const page = await open(t, "#/?sort=object"); // rows that stay where they are ask for nothing else
  await openRows(page);
  await becomes(async () => assert.ok((await page.locator(".grid .spark .line").count()) >= triggers.length - 1));
  const asked = page.waitForRequest(/\/api\/v1\/trends/);
  await again(page);
  await asked;
});

test("a list that cannot be asked for any more is said to be old, and how old", async (t) => {
  const page = await open(t, "");
  await openRows(page);
  await page.route(listOf, refuse);
  await page.keyboard.press("r");
  const says = page.getByText(/^▲ The list is as of \d\d:\d\d:\d\dZ, as it could not be asked for anew: it is too busy/);
  await says.waitFor();
  assert.equal((await rowsOf(page)).length, triggers.length);
  assert.deepEqual(await axeFindings(page), []);
  await page.unroute(listOf);
  await page.keyboard.press("r");
  await says.waitFor({ state: "detached" });
});

test("that nothing is found wrong is not said where it could not be asked for", async (t) => {
  const page = await open(t, "", (it) => it.route("**/api/v1/problems*", refuse));
  await openRows(page);
  await page.getByText("What is wrong with objects in Kubernetes could not be asked for: it is too busy").waitFor();
});

test("a server whose state cannot be asked for is not taken to be well", async (t) => {
  const page = await open(t, "", (it) => it.route("**/api/v1/status", refuse));
  await openRows(page);
  await page.getByText("How the server is could not be asked for: it is too busy").waitFor();
});

test("who has left the fleet asks for it no more, and has all of it when coming back", async (t) => {
  const page = await open(t, "", (it) => it.clock.install());
  await openRows(page);
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Server" }).click();
  await page.getByRole("heading", { name: "Server", level: 1 }).waitFor();
  let lists = 0;
  let states = 0;
  page.on("request", (request) => {
    if (listOf(new URL(request.url()))) lists += 1;
    if (request.url().endsWith("/status")) states += 1;
  });
  await page.clock.runFor(3 * minute);
  await becomes(() => assert.ok(states > 0, "the view that is there asks"));
  assert.equal(lists, 0);
  await page.getByRole("link", { name: "Fleet" }).click();
  await openRows(page);
  await page.clock.runFor(1000);
  await becomes(() => assert.ok(lists > 0));
});

test("one binding says that its decision could not be asked for, and marks what it shows", async (t) => {
  const page = await open(t, "#/binding/shop/checkout");
  await page.locator(".answer:not(.frozen)").waitFor();
  await page.route("**/api/v1/decisions*", refuse);
  await again(page);
  await page.getByText(/^▲ What is wanted is as of \d\d:\d\d:\d\dZ, as it could not be asked for anew: it is too busy/).waitFor();
  await page.locator(".answer.frozen").waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await page.unroute("**/api/v1/decisions*");
  await again(page);
  await page.locator(".answer:not(.frozen)").waitFor();
});

test("what the HPA asked for is not shown any more where Kubernetes is not watched any more", async (t) => {
  let kubernetes = true;
  const now = { decision: null, goal: 6, current: 4, desired: 6, ready: 4 };
  const told = { ...triggers[0], policy: "web", now, sentence: "6 wanted, 4 ready: on its way" };
  const page = await open(t, "#/binding/shop/checkout", async (it) => {
    await it.route("**/api/v1/hpa-events*", (route) => route.fulfill({ json: { kubernetes, problem: "", total: 0, next: null, events: [] } }));
    await it.route("**/api/v1/effectiveness*", (route) => route.fulfill({ json: { kubernetes, problem: "", total: 1, next: null, bindings: [told] } }));
  });
  const says = page.getByText("HPA asks for 6, ready 4");
  await says.waitFor();
  kubernetes = false;
  await again(page);
  await page.getByText("what the HPA does is not known: Kubernetes is not watched").waitFor();
  assert.equal(await says.count(), 0);
});

test("of an object that nobody asks for, a journal that does not answer is told, not that it has nothing", async (t) => {
  const page = await open(t, "#/binding/shop/nobody", (it) => it.route("**/api/v1/timeline*", refuse));
  await page.getByText("The journal could not be asked for it: it is too busy").waitFor();
  assert.equal(await page.getByText("the journal has no decision of it").count(), 0);
  assert.deepEqual(await axeFindings(page), []);
});

test("a replay that is stopped before the server has answered is ended there, too", async (t) => {
  const page = await open(t, "#/try/shop/checkout");
  await page.getByText("✓ Valid").waitFor();
  const told = later();
  await page.route("**/api/v1/replays", async (route) => {
    await told.it; // without tokens the server plays nothing
    await route.fulfill({ json: { id: "r1", state: "waiting", doing: "", done: 0, of: 0, error: null } }).catch(() => undefined);
  });
  const posted = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/replays"));
  await page.getByRole("button", { name: "Play" }).click();
  await posted;
  const removed = page.waitForRequest((request) => request.method() === "DELETE" && /\/replays\/./.test(request.url()));
  await page.getByRole("button", { name: "Stop" }).click();
  told.come();
  await removed;
});

test("another trigger of the address is another policy to write", async (t) => {
  const page = await open(t, "#/try/shop/checkout");
  await page.getByText("✓ Valid").waitFor();
  const text = await page.getByLabel("Policy, as YAML").inputValue();
  await page.route("**/api/v1/bindings?*", async (route) => {
    const answer = await route.fetch();
    const json = await answer.json();
    json.bindings.push({ ...json.bindings[0], policy: "payment", metadata: { policy: "payment" } });
    await route.fulfill({ json });
  });
  await page.goto("about:blank");
  await page.goto(`${service.url}/#/try/shop/checkout?policy=web`);
  await page.getByText("✓ Valid").waitFor();
  await page.evaluate(() => (location.hash = "#/try/shop/checkout?policy=payment"));
  await page.getByText("What you write is played beside payment").waitFor();
  await becomes(async () => assert.match(await page.getByLabel("Policy, as YAML").inputValue(), /name: payment/));
  assert.notEqual(await page.getByLabel("Policy, as YAML").inputValue(), text);
});
