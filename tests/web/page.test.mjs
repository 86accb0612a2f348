// The page in a real browser, of the real program, whatever its view.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readdir, readFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { axeFindings, openPage, shoot } from "./browser.mjs";
import { endAll } from "./ends.mjs";
import { becomes, openRows, rowsOf, showsWhatTheApiSays } from "./fleet_page.mjs";
import { smallFleet, triggers } from "./small.mjs";
import { browser, live, open, service, startSmallFleet } from "./small_page.mjs";
import { startProxy } from "./proxy.mjs";
import { Service, startSource } from "./world.mjs";

const dist = fileURLToPath(new URL("../../web/dist", import.meta.url));

before(startSmallFleet);
after(endAll);

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
