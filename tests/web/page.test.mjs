// The page in a real browser, of the real program.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readdir, readFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { axeFindings, openPage, shoot, startBrowser } from "./browser.mjs";
import { endAll } from "./ends.mjs";
import { becomes, openRows, rowsOf, showsWhatTheApiSays } from "./fleet_page.mjs";
import { smallFleet, triggers, usualValue } from "./small.mjs";
import { startProxy } from "./proxy.mjs";
import { Service, startSource } from "./world.mjs";

const dist = fileURLToPath(new URL("../../web/dist", import.meta.url));
const live = (page) => page.getByRole("status").textContent();
const selectedOf = async (page) => (await rowsOf(page)).findIndex((each) => each.selected);

let browser;
let service;
before(async () => {
  browser = await startBrowser();
  service = await smallFleet();
});
after(endAll);

// A page whose faults are looked at when the test has ended.
async function open(t, url = service.url, options = {}) {
  const it = await openPage(browser, url, options);
  t.after(async () => {
    assert.deepEqual(it.faults, [], "what a page must not do");
    await it.context.close();
  });
  return it.page;
}

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

describe("its states", { concurrency: false }, () => {
  test("when nobody answers any more it says so and since when, and goes on by itself", async (t) => {
    const page = await open(t);
    await openRows(page);
    await becomes(async () => assert.equal(await live(page), "Live"));
    const before = (await rowsOf(page)).length;
    await service.kill();
    t.after(() => service.running || service.start());
    await page.getByText(/Not live since \d\d:\d\d:\d\dZ/).waitFor({ timeout: 30_000 });
    assert.equal(await live(page), "Not live");
    assert.equal((await rowsOf(page)).length, before);
    assert.deepEqual(await axeFindings(page), []);
    await shoot(page, "stale");
    await service.start();
    await service.call(triggers);
    await becomes(async () => assert.equal(await live(page), "Live"), 40);
    assert.equal(await page.getByText(/Not live since/).count(), 0);
    await showsWhatTheApiSays(page, service);
  });

  test("without any binding it says what one is", async (t) => {
    const source = await startSource(() => 1);
    const empty = new Service(source, "");
    await empty.start();
    const page = await open(t, empty.url);
    await page.getByRole("heading", { name: "No bindings yet" }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await shoot(page, "empty");
  });

  test("what is refused, be it by a proxy, is said in words, and asked for again", async (t) => {
    const page = await open(t);
    await openRows(page);
    const refuse = (route) => route.fulfill({ status: 500, contentType: "text/plain", body: "the proxy says no" });
    await page.route("**/api/v1/**", refuse);
    await page.route("**/api/v1/events", refuse); // longer than all else: once the stream goes on it is asked again without a click
    await page.reload();
    await page.getByRole("heading", { name: "The fleet cannot be shown" }).waitFor();
    await page.getByText("500 Internal Server Error").first().waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.unroute("**/api/v1/**");
    await page.getByRole("button", { name: "Ask again" }).click();
    await openRows(page);
  });

  test("it works below a path of another server, without Authorization", async (t) => {
    const proxy = await startProxy(service.url, "/api/v1/namespaces/loadline/services/loadline:http/proxy/");
    const page = await open(t, proxy.url.replace(/\/$/, ""));
    await openRows(page);
    await becomes(async () => assert.equal(await live(page), "Live"));
    await showsWhatTheApiSays(page, service);
    await page.getByRole("link", { name: "Budgets" }).click();
    await page.getByRole("heading", { name: "Budgets and dependencies" }).waitFor();
  });

  test("where a token is wanted it asks for one, and keeps it until the tab is closed", async (t) => {
    const token = "r".repeat(32);
    const guarded = await smallFleet({ tokens: `reader ${token} dash\n` });
    guarded.headers = { Authorization: `Bearer ${token}` };
    const page = await open(t, guarded.url);
    await page.getByRole("heading", { name: "Who asks?" }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await shoot(page, "token");
    await page.getByLabel("Token").fill("x".repeat(32));
    await page.keyboard.press("Enter");
    await page.getByText("there is no such token").waitFor();
    await page.getByLabel("Token").fill(token);
    await page.keyboard.press("Enter");
    await openRows(page);
    await becomes(async () => assert.equal(await live(page), "Live"));
    await showsWhatTheApiSays(page, guarded);
    const kept = await page.evaluate(() => [Object.values(sessionStorage), Object.values(localStorage), document.cookie, location.href]);
    assert.deepEqual(kept.slice(0, 3), [[token], [], ""]);
    assert.ok(!kept[3].includes(token));
    await page.reload();
    await openRows(page);
    const other = await open(t, guarded.url);
    await other.getByRole("heading", { name: "Who asks?" }).waitFor();
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

describe("for everybody", { concurrency: false }, () => {
  const looks = {
    light: {},
    dark: { colorScheme: "dark" },
    narrow: { width: 360, height: 740 },
    "narrow-dark": { width: 360, height: 740, colorScheme: "dark" },
  };
  for (const [name, look] of Object.entries(looks)) {
    test(`axe finds nothing: ${name}`, async (t) => {
      const page = await open(t, service.url, look);
      await openRows(page);
      await page.keyboard.press("j");
      if (name.startsWith("narrow")) await page.keyboard.press(" ");
      await page.getByRole("complementary").waitFor();
      await shoot(page, `fleet-${name}`);
      assert.deepEqual(await axeFindings(page), []);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `the page is ${wide} px wider than the window`);
      for (const [view, heading] of Object.entries({ links: "Budgets and dependencies", server: "Server", "no-such-view": "There is no such view" })) {
        await page.goto(`${service.url}/#/${view}`);
        await page.getByRole("heading", { level: 1, name: heading }).waitFor();
        assert.deepEqual(await axeFindings(page), [], view);
        await shoot(page, `${view}-${name}`);
      }
    });
  }

  test("a browser that keeps nothing shows all the same", async (t) => {
    const page = await open(t);
    await page.addInitScript(() => {
      for (const each of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, each, {
          get() {
            throw new DOMException("it is not allowed", "SecurityError");
          },
        });
      }
    });
    await page.reload();
    await openRows(page);
    await page.getByRole("button", { name: "Colours: system" }).click();
    await page.getByRole("button", { name: "Colours: light" }).waitFor();
  });

  for (const hours of [-1, 1]) {
    test(`a computer's clock that is ${hours} h off changes no age`, async (t) => {
      const page = await open(t);
      await page.addInitScript((by) => {
        const real = Date.now.bind(Date);
        Date.now = () => real() + by;
      }, hours * 3_600_000);
      await page.reload();
      await openRows(page);
      await becomes(async () => {
        const ages = (await rowsOf(page)).filter((each) => each.object !== "legacy/importer").map((each) => each.age);
        assert.ok(ages.every((each) => /^\d+ s$/.test(each)), ages.join());
        assert.ok(ages.some((each) => each !== "0 s"), ages.join());
      });
      await becomes(async () => assert.ok((await page.locator(".grid .spark .line").count()) > 0));
    });
  }

  test("the colours are as the system has them, or as one chooses, also next time", async (t) => {
    const page = await open(t, service.url, { colorScheme: "dark" });
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await ground();
    await page.getByRole("button", { name: "Colours: system" }).click();
    const light = await ground();
    assert.notEqual(light, dark);
    await page.reload();
    assert.equal(await ground(), light);
    await page.getByRole("button", { name: "Colours: light" }).click();
    assert.equal(await ground(), dark);
  });
});

test("what a page must not do is forbidden, and noticed", async (t) => {
  const { page, context, faults } = await openPage(browser, service.url);
  t.after(() => context.close());
  await openRows(page);
  await page.evaluate(async () => {
    document.head.append(Object.assign(document.createElement("style"), { textContent: "body { color: red }" }));
    document.body.setAttribute("onclick", "document.title = 'clicked'");
    await fetch("http://127.0.0.2:1/").catch(() => undefined);
  });
  await becomes(async () => {
    for (const what of ["style-src", "script-src", "connect-src"])
      assert.ok(faults.some((each) => each.includes(what)), `${what}: ${faults.join("; ")}`);
  });
});

describe("its files", { concurrency: false }, () => {
  test("are 150 KB at most, by gzip -9", async () => {
    const files = (await readdir(dist, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
    const sizes = files.map((each) => execFileSync("gzip", ["-9nc", `${each.parentPath ?? each.path}/${each.name}`]).length);
    const total = sizes.reduce((sum, each) => sum + each, 0);
    console.log(`# ${total} bytes in ${files.length} files`);
    assert.ok(total <= 150_000, `${total} bytes`);
  });

  test("come compressed, are kept by their names, and name no other host", async (t) => {
    const page = await open(t);
    const answers = [];
    page.on("response", (response) => answers.push(response));
    await page.reload();
    await openRows(page);
    const style = await (await fetch(service.url)).text();
    const script = style.match(/src="(page\/app-[^"]+)"/)[1];
    const answer = await fetch(`${service.url}/${script}`);
    assert.equal(answer.headers.get("content-encoding"), "gzip");
    assert.equal(answer.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.ok(answers.some((each) => each.url() === `${service.url}/`));
    const files = (await readdir(dist, { recursive: true, withFileTypes: true })).filter((each) => /\.(js|css|html)$/.test(each.name));
    for (const each of files) {
      const text = await readFile(`${each.parentPath ?? each.path}/${each.name}`, "utf8");
      // Names of XML's namespaces are no addresses.
      const addresses = (text.match(/https?:\/\/[^\s"'`)]+/g) ?? []).filter((found) => !found.startsWith("http://www.w3.org/"));
      assert.deepEqual(addresses, [], each.name);
    }
  });
});
