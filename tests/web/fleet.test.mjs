// The view of the fleet in a real browser, of the real program.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { axeFindings, shoot } from "./browser.mjs";
import { endAll } from "./ends.mjs";
import { becomes, openRows, rowsOf, showsWhatTheApiSays } from "./fleet_page.mjs";
import { triggers, usualValue } from "./small.mjs";
import { live, open, service, startSmallFleet } from "./small_page.mjs";

const selectedOf = async (page) => (await rowsOf(page)).findIndex((each) => each.selected);

before(startSmallFleet);
after(endAll);

describe("the fleet", { concurrency: false }, () => {
  test("shows what the API says of every binding", async (t) => {
    const page = await open(t);
    await openRows(page);
    await showsWhatTheApiSays(page, service);
    assert.equal((await rowsOf(page)).length, triggers.length);
    assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), String(triggers.length + 1));
    assert.equal(await live(page), "Live");
    await shoot(page, "fleet-light");
  });

  test("has the most urgent first, and says why it is so", async (t) => {
    const page = await open(t);
    await openRows(page);
    const [first] = await rowsOf(page);
    assert.equal(first.state, "error");
    assert.equal(first.object, "legacy/importer");
    await page.getByText('there is no policy "no-such-policy" for namespace legacy').last().waitFor();
  });

  test("is filtered by keyboard, and the address says so", async (t) => {
    const page = await open(t);
    await openRows(page);
    await page.keyboard.press("/");
    await page.keyboard.type("worker orders");
    await becomes(async () => assert.deepEqual((await rowsOf(page)).map((each) => each.object), ["data/orders-cdc"]));
    await becomes(async () => assert.match(page.url(), /filter=worker\+orders/)); // the last key may be on its way
    await page.keyboard.press("Enter"); // leaves the field, and the filter as it is
    await page.keyboard.press("j");
    assert.equal(await selectedOf(page), 0);
    await page.keyboard.press("Escape");
    await becomes(async () => assert.equal((await rowsOf(page)).length, triggers.length));
    await page.keyboard.press("p");
    await becomes(async () => {
      const said = (await service.api("bindings")).bindings;
      const wrong = said.filter((each) => each.error !== null || each.without_reading.length > 0 || each.confidence < 0.5);
      assert.deepEqual((await rowsOf(page)).map((each) => each.object).sort(), wrong.map((each) => `${each.namespace}/${each.name}`).sort());
    });
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await page.keyboard.type("nothing-is-so");
    await page.getByText(`None of ${triggers.length} bindings is like that.`).waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await becomes(async () => assert.equal((await rowsOf(page)).length, triggers.length));
  });

  test("follows its address: a link, one that is pasted, and Back", async (t) => {
    const page = await open(t, service.url, { path: "#/?filter=worker&sort=-object" });
    await openRows(page);
    const workers = triggers.filter((each) => each.metadata.policy === "worker").length;
    await becomes(async () => assert.equal((await rowsOf(page)).length, workers));
    const first = (await rowsOf(page))[0].object;
    await page.evaluate(() => (location.hash = "#/?filter=worker+invoices"));
    await becomes(async () => assert.deepEqual((await rowsOf(page)).map((each) => each.object), ["data/invoices"]));
    assert.equal(await page.getByRole("searchbox").inputValue(), "worker invoices");
    await page.getByRole("link", { name: "Fleet", exact: true }).click();
    await becomes(async () => assert.equal((await rowsOf(page)).length, triggers.length));
    assert.equal(await page.getByRole("searchbox").inputValue(), "");
    await page.goBack();
    await page.goBack();
    await becomes(async () => assert.equal((await rowsOf(page)).length, workers));
    assert.equal((await rowsOf(page))[0].object, first);
    assert.match(page.url(), /filter=worker&sort=-object/);
    // Two fast steps back: the second one at each stage of what the first one brings about.
    for (let delay = 0; delay <= 60; delay += 4) {
      await page.goForward();
      await page.goForward();
      await becomes(async () => assert.equal((await rowsOf(page)).length, triggers.length));
      await page.evaluate((wait) => {
        addEventListener("hashchange", () => setTimeout(() => history.back(), wait), { once: true });
        history.back();
      }, delay);
      await becomes(async () => assert.equal((await rowsOf(page)).length, workers), 5);
      assert.match(page.url(), /filter=worker&sort=-object/);
    }
    await page.keyboard.press("p"); // what is chosen here still goes into the address
    await becomes(async () => assert.match(page.url(), /only=problems/));
    await page.evaluate(() => (location.hash = "#/?only=nonsense"));
    await becomes(async () => assert.equal((await rowsOf(page)).length, triggers.length));
  });

  test("is sorted by keyboard and by the heads of its columns", async (t) => {
    const page = await open(t);
    await openRows(page);
    const sorted = () =>
      page.evaluate(() => [...document.querySelectorAll("[aria-sort]")].map((each) => [each.className, each.getAttribute("aria-sort")]));
    assert.deepEqual(await sorted(), [["state", "ascending"]]);
    await page.keyboard.press("s");
    assert.deepEqual(await sorted(), [["object", "ascending"]]);
    const names = (await rowsOf(page)).map((each) => each.object);
    assert.deepEqual(names, [...names].sort());
    await page.keyboard.press("S");
    assert.deepEqual(await sorted(), [["object", "descending"]]);
    await becomes(async () => assert.deepEqual((await rowsOf(page)).map((each) => each.object), [...names].reverse()));
    await page.getByRole("columnheader", { name: "Policy" }).getByRole("button").click();
    const policies = (await rowsOf(page)).map((each) => each.policy);
    assert.deepEqual(policies, [...policies].sort());
    assert.match(page.url(), /sort=policy/);
  });

  test("moves by j, k, Home and End, and Space hides why", async (t) => {
    const page = await open(t, service.url, { path: "#/?sort=object" });
    await openRows(page);
    assert.equal(await selectedOf(page), 0);
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    assert.equal(await selectedOf(page), 2);
    await page.keyboard.press("k");
    assert.equal(await selectedOf(page), 1);
    const [, second] = await rowsOf(page);
    await page.getByRole("complementary", { name: `Why: ${second.object}` }).getByRole("table").waitFor();
    assert.match(await page.getByRole("grid").getAttribute("aria-activedescendant"), /^binding-1$/);
    await page.keyboard.press("End");
    assert.equal(await selectedOf(page), triggers.length - 1);
    await page.keyboard.press("Home");
    assert.equal(await selectedOf(page), 0);
    await page.keyboard.press(" ");
    assert.equal(await page.getByRole("complementary").count(), 0);
  });

  test("? shows every key, and Escape ends that", async (t) => {
    const page = await open(t);
    await openRows(page);
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Keys" });
    await dialog.waitFor();
    for (const key of ["/", "j", "k", "Enter", "s", "p", "?"]) await dialog.getByText(key, { exact: true }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.keyboard.press("j");
    assert.equal(await selectedOf(page), 1);
  });

  test("changes by the stream alone, and nothing is read aloud meanwhile", async (t) => {
    const page = await open(t, service.url, { path: "#/?sort=object" });
    await openRows(page);
    await becomes(async () => assert.equal(await live(page), "Live"));
    await page.route("**/api/v1/bindings*", (route) => route.abort());
    await page.evaluate(() => {
      window.said = 0;
      new MutationObserver(() => (window.said += 1)).observe(document.querySelector("[role=status]"), {
        subtree: true,
        childList: true,
        characterData: true,
      });
    });
    t.after(() => (service.source.valueOf = usualValue));
    service.source.valueOf = (query, seconds) => (/^requests.*search/.test(query) ? 1550 : usualValue(query, seconds));
    await becomes(async () => {
      const row = (await rowsOf(page)).find((each) => each.object === "shop/search");
      assert.equal(row.want, "31");
      assert.equal(row.because.includes("1550 at 50 each"), true);
    });
    assert.equal(await page.evaluate(() => window.said), 0);
  });

  test("says of a reading that is held that it is held, and of a source that fails that it does", async (t) => {
    const page = await open(t);
    await openRows(page);
    t.after(() => (service.source.valueOf = usualValue));
    const since = Date.now() / 1000;
    service.source.valueOf = (query, seconds) => (/invoices/.test(query) && seconds > since ? null : usualValue(query, seconds));
    await becomes(async () => {
      const row = (await rowsOf(page)).find((each) => each.object === "data/invoices");
      assert.equal(row.state, "held");
    });
    service.source.valueOf = () => undefined;
    await becomes(async () => assert.match(await page.locator(".server-problems").textContent(), /source default does not answer: .*the disk is full/));
    await page.locator(".server-problems").getByRole("link", { name: "Server" }).click();
    await page.getByRole("heading", { name: "Server", level: 1 }).waitFor();
  });

  test("shows plots of what the journal knows", async (t) => {
    const page = await open(t);
    await openRows(page);
    await becomes(async () => {
      const lines = await page.locator(".grid .spark .line").count();
      assert.ok(lines >= triggers.length - 1, `${lines} plots`); // one binding never had a number
    });
  });
});
describe("budgets and dependencies", { concurrency: false }, () => {
  test("shows who follows whom and what is used, by keyboard, too", async (t) => {
    const page = await open(t, service.url, { path: "#/links" });
    await page.getByRole("heading", { name: "Budgets and dependencies" }).waitFor();
    const { dependencies, budgets } = await service.api("dependencies");
    assert.equal(dependencies.length, 2);
    await becomes(async () => assert.equal(await page.locator(".graph .edge").count(), dependencies.length));
    assert.equal(await page.locator(".graph a").count(), 3);
    await becomes(async () => {
      const worker = (await service.api("bindings")).bindings.filter((each) => each.policy === "worker");
      const want = worker.reduce((sum, each) => sum + (each.replicas ?? 0), 0);
      const said = await page.locator(".budgets h3").first().textContent();
      assert.ok(said.startsWith(`${budgets[0].namespace}/${budgets[0].name} `), said);
      const [, shown, limit] = said.match(/([\d.]+) of (\d+) replicas/);
      assert.equal(Number(limit), budgets[0].replicas);
      assert.ok(Math.abs(Number(shown) - want) < 0.06, `${shown} is shown, ${want} is wanted`);
    });
    const box = page.locator(".graph a").filter({ hasText: "shop/payment" });
    await box.focus();
    assert.match(await page.evaluate(() => document.getElementById(document.activeElement.getAttribute("aria-describedby")).textContent), /^follows shop\/checkout: × 0.5$/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/#\/(binding|\?filter)/);
    await shoot(page, "links");
  });
});
