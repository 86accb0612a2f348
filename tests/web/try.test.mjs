// A policy is tried on a binding's own history; overrides are set and ended; what a binding links to.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axeFindings, openPage, shoot, startBrowser } from "./browser.mjs";
import { endAll } from "./ends.mjs";
import { becomes } from "./fleet_page.mjs";
import { smallFleet } from "./small.mjs";

const operator = "o".repeat(32);
const reader = "r".repeat(32);
const grafana = "https://grafana.example.com/d/x?var-namespace={namespace}&var-object={name}&var-policy={policy}";
let browser;
let service;

before(async () => {
  service = await smallFleet({ tokens: `operator ${operator} anna\nreader ${reader} bob\n`, grafana });
  browser = await startBrowser();
});
after(endAll);

const api = async (path) => (await fetch(`${service.url}/api/v1/${path}`, { headers: { Authorization: `Bearer ${operator}` } })).json();

async function open(path, { token = operator, ...how } = {}) {
  const opened = await openPage(browser, service.url, { ...how, path });
  await opened.page.getByLabel("Token").fill(token);
  await opened.page.getByRole("button", { name: "Look" }).click();
  return opened;
}

const editor = (page) => page.getByLabel("Policy, as YAML");

test("The editor offers what may stand there, and marks what is wrong as one types", async () => {
  const { page, context, faults } = await open("#/try/shop/checkout");
  await page.getByText("✓ Valid").waitFor();
  const present = await editor(page).inputValue();
  assert.match(present, /name: web/);
  await editor(page).press("Control+End");
  await editor(page).pressSequentially("\nspe");
  await page.getByRole("option", { name: "spec" }).waitFor();
  await editor(page).press("Escape");
  await page.getByRole("button", { name: /line \d+/ }).first().waitFor();
  assert(await page.getByRole("button", { name: "Play" }).isDisabled());
  assert((await page.locator(".pce-line[data-problem=error]").count()) > 0);
  await shoot(page, "try-wrong");
  await page.getByRole("button", { name: "Back to the present policy" }).click();
  await page.getByText("✓ Valid").waitFor();
  assert.equal(await editor(page).inputValue(), present);
  assert.deepEqual(faults, []);
  await context.close();
});

test("What is played stands beside what was and the present policy, as the API has it, and nothing changes", async () => {
  const { page, context, faults } = await open("#/try/shop/checkout");
  const before = (await api("policies")).policies.map((each) => each.hash);
  await page.getByText("✓ Valid").waitFor();
  const present = await editor(page).inputValue();
  await editor(page).fill(present.replace(/perReplica: \d+/, "perReplica: 20"));
  await page.getByText("✓ Valid").waitFor();
  await editor(page).press("Control+Enter");
  await page.locator("table.figures").waitFor();
  const jobs = (await api("replays")).replays;
  const { result } = await api(`replays/${jobs.at(-1).id}`);
  const row = page.getByRole("row", { name: /^Changes a day/ }).getByRole("cell");
  const shown = await row.allTextContents();
  const said = result.replayed.map((each) => each.total.changes_a_day);
  assert.equal(shown.length, said.length + 1); // and the difference
  for (const [at, value] of said.entries()) assert(Math.abs(parseFloat(shown[at]) - value) <= value * 0.01 + 0.01 || shown[at].endsWith("k"));
  await page.getByText("signals.load.perReplica").or(page.getByText(/perReplica/)).first().waitFor();
  await page.getByText(/Where present policy and yours differ/).waitFor();
  const moments = await page.locator(".moments li").count();
  assert.equal(moments, result.contrasts.at(-1).moments.length);
  await shoot(page, "try-played");

  const yaml = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the YAML" }).click();
  assert.match(await readFile(await (await yaml).path(), "utf8"), /perReplica: 20/);
  const report = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the report" }).click();
  assert.match(await readFile(await (await report).path(), "utf8"), /^<!DOCTYPE html>/);

  assert.deepEqual((await api("policies")).policies.map((each) => each.hash), before);
  assert.deepEqual((await api("overrides")).overrides, []);
  assert.deepEqual(faults, []);
  await context.close();
});

test("Who may only read is told that a replay needs an operator", async () => {
  const { page, context } = await open("#/try/shop/checkout", { token: reader });
  await page.getByText("✓ Valid").waitFor();
  await page.getByRole("button", { name: "Play" }).click();
  await page.getByText("bob is a reader: this needs an operator's token").waitFor();
  await context.close();
});

test("An override is set with its reason, counts, is seen by all, and is ended", async () => {
  const { page, context, faults } = await open("#/overrides?object=shop/catalog");
  await page.getByText("None: every policy decides by itself.").waitFor();
  await page.getByLabel("What").selectOption("floor");
  await page.getByLabel("Replicas").fill("7");
  await page.getByLabel("For how long").fill("soon");
  await page.getByLabel("Reason").fill("a sale");
  await page.getByRole("button", { name: "Set it" }).click();
  await page.getByRole("alert").getByText(/^for: /).waitFor();
  await page.getByLabel("For how long").fill("30m");
  await page.getByRole("button", { name: "Set it" }).click();
  await page.getByRole("rowheader", { name: "shop/catalog" }).waitFor();
  const set = (await api("overrides")).overrides;
  assert.equal(set.length, 1);
  assert.deepEqual([set[0].object, set[0].kind, set[0].replicas, set[0].reason, set[0].author], ["catalog", "floor", 7, "a sale", "anna"]);
  await page.getByText("anna set shop/catalog, at least 7: “a sale”").waitFor();
  await shoot(page, "overrides");

  await page.getByRole("button", { name: /^End floor-/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave it" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? "nowhere"), /^End floor-/);
  assert.equal((await api("overrides")).overrides.length, 1);
  await page.getByRole("button", { name: /^End floor-/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End it" }).click();
  await page.getByText("None: every policy decides by itself.").waitFor();
  assert.deepEqual((await api("overrides")).overrides, []);
  await page.getByText(/anna ended shop\/catalog/).waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test("A binding has the way to its dashboard, to a policy that is tried on it, and to an override", async () => {
  const { page, context, faults } = await open("#/binding/shop/catalog");
  const there = (name) => page.getByRole("link", { name, exact: true }).getAttribute("href");
  assert.equal(await there("Grafana"), "https://grafana.example.com/d/x?var-namespace=shop&var-object=catalog&var-policy=web");
  assert.equal(await there("Try a policy"), "#/try/shop/catalog?policy=web&parameters=app%3Dcatalog");
  assert.equal(await there("Override"), "#/overrides?object=shop%2Fcatalog");
  assert.deepEqual(faults, []);
  await context.close();
});

test("Of two triggers of one object with one policy, the one that one chooses is tried", async () => {
  const two = ["catalog", "search"].map((app) => ({ namespace: "shop", name: "twin", metadata: { policy: "web", app } }));
  await service.call(two);
  const { page, context, faults } = await open("#/try");
  await page.getByRole("searchbox").fill("shop/twin");
  await page.getByRole("row", { name: /app=search/ }).getByRole("link").click();
  await page.getByText("✓ Valid").waitFor();
  await page.getByRole("link", { name: "shop/twin" }).click();
  await page.getByRole("combobox", { name: "trigger" }).waitFor();
  assert.equal(await page.getByRole("combobox", { name: "trigger" }).evaluate((each) => each.selectedOptions[0].text), "web app=search");
  const tried = await page.getByRole("link", { name: "Try a policy" }).getAttribute("href");
  assert.equal(tried, "#/try/shop/twin?policy=web&parameters=app%3Dsearch");
  await page.goto(`${service.url}/#/try/shop/twin?policy=web&parameters=app%3Dnone`);
  await page.getByRole("heading", { name: "shop/twin has no such trigger" }).waitFor();
  await page.getByRole("link", { name: "web app=catalog" }).click();
  await page.getByText("✓ Valid").waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test("What is written is there again after a link, Back, and the question for a token, and of its binding alone", async () => {
  const { page, context, faults } = await open("#/try/shop/checkout");
  await page.getByText("✓ Valid").waitFor();
  const present = await editor(page).inputValue();
  const mine = present.replace(/perReplica: \d+/, "perReplica: 21");
  await editor(page).fill(mine);
  await page.getByLabel("A replica serves, a second").fill("70");
  await page.getByRole("link", { name: "shop/checkout" }).click();
  await page.getByRole("link", { name: "Try a policy" }).waitFor();
  await page.goBack();
  assert.equal(await editor(page).inputValue(), mine);
  assert.equal(await page.getByLabel("A replica serves, a second").inputValue(), "70");
  await page.goto(`${service.url}/#/try/shop/catalog`);
  await page.getByRole("link", { name: "shop/catalog" }).waitFor();
  assert.equal(await editor(page).inputValue(), present);
  await page.goto(`${service.url}/#/try/shop/checkout`);
  await page.getByRole("link", { name: "shop/checkout" }).waitFor();
  await page.route("**/api/v1/validate", (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: '{"detail":"it has changed"}' }));
  await editor(page).press("Control+End");
  await page.keyboard.type("# mine");
  await page.getByRole("heading", { name: "Who asks?" }).waitFor();
  await page.unroute("**/api/v1/validate");
  await page.getByLabel("Token").fill(operator);
  await page.getByRole("button", { name: "Look" }).click();
  assert.equal(await editor(page).inputValue(), `${mine}# mine`);
  await page.getByRole("button", { name: "Back to the present policy" }).click();
  await page.reload();
  assert.equal(await editor(page).inputValue(), present);
  assert.deepEqual(faults, []);
  await context.close();
});

test("What of a trigger's metadata a policy declares is played, and what is hidden is asked for", async () => {
  await service.call([{ namespace: "shop", name: "sealed", metadata: { policy: "web", appFromEnv: "sealed", unsafeSsl: "false" } }]);
  await becomes(async () => assert.ok((await api("trends?objects=shop/sealed")).trends[0].times.length > 0)); // it has a history
  const { page, context, faults } = await open("#/try/shop/sealed");
  await page.getByText("✓ Valid").waitFor();
  const asked = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/replays"));
  await page.getByLabel("app (hidden)").fill("sealed");
  await page.getByRole("button", { name: "Play" }).click();
  assert.deepEqual((await asked).postDataJSON().parameters, { app: "sealed" });
  await page.locator("table.figures").waitFor();
  const kept = await page.evaluate(() => [Object.values(sessionStorage), Object.values(localStorage)]);
  assert.deepEqual(kept, [[operator], []], "what is hidden is not kept");
  assert.deepEqual(await axeFindings(page), []);
  assert.deepEqual(faults, []);
  await context.close();
});

for (const [name, how] of Object.entries({ light: {}, dark: { colorScheme: "dark" }, narrow: { width: 360, height: 740 } })) {
  test(`Axe finds nothing in what is tried and in overrides, ${name}`, async () => {
    for (const path of ["#/try", "#/try/shop/checkout", "#/overrides"]) {
      const { page, context, faults } = await open(path, how);
      await page.getByRole("heading", { level: 1 }).waitFor();
      if (path.startsWith("#/try/")) {
        await page.getByText("✓ Valid").waitFor();
        await page.getByRole("button", { name: "Play" }).click();
        await page.locator("table.figures").waitFor();
      }
      assert.deepEqual(await axeFindings(page), [], path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert(!wide, `${path} is wider than the screen`);
      await shoot(page, `${path.slice(2).replaceAll("/", "-")}-${name}`);
      assert.deepEqual(faults, []);
      await context.close();
    }
  });
}
