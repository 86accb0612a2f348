// The view of one binding, of the real program with a month behind it (journal_history, which is built with the tests).
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axeFindings, openPage, shoot } from "./browser.mjs";
import { browser, hour, isMain, iso, look, minute, object, pixelOf, queryOf, service, slider, startBinding, textOf } from "./binding_page.mjs";
import { answered, eventually, main, other } from "./binding_world.mjs";
import { endAll } from "./ends.mjs";

before(() => startBinding({ days: 28, triggers: [main, other] }));
after(endAll);

test("what is wanted, why, what is in the way and what comes next is what the API says", async () => {
  await look({}, {}, async (page) => {
    const decision = (await service.api(`decisions?${object}`)).decisions.find(isMain);
    const text = await textOf(page, ".answer");
    assert.match(text, /Wanted now\s+\d+\s+replicas, active/);
    assert.match(text, /there are \d+/);
    assert.match(text, /Because (visitors|queue|soon) wants [\d.]+: [\d.]+ at \d+ each/);
    assert.ok(["visitors", "queue", "soon"].includes(decision.winner));
    const { changes } = (await service.api(`outlook?${object}&until=${iso(Date.now() + 7 * 24 * hour)}`)).bindings.find(isMain);
    const schedule = changes.find((each) => each.kind === "schedule");
    assert.match(text, /in \d+ (h|m|d).* schedule office: office (opens|closes)/);
    assert.ok(schedule.sentence.includes(text.match(/office: (office \w+, then [^(]+) \(/)[1].trim()));
    assert.match(text, /Kubernetes is not watched/);
    await page.getByRole("button", { name: "6h", exact: true, pressed: true }).waitFor();
  });
});

test("an override, missing data and an error stand in the way, in words, and when they end comes next", async () => {
  const file = `${service.folder}/policies/night.yaml`;
  await writeFile(
    file,
    `apiVersion: loadline.dev/v1\nkind: Override\nmetadata: { name: night, namespace: shop }\nspec: { object: web, pin: 8, ` +
      `until: ${iso(Date.now() + hour)}, reason: "a drill" }\n`,
  );
  try {
    await look({}, {}, async (page) => {
      await page.getByText(/override night \(a drill\): exactly 8/).first().waitFor();
      assert.match(await textOf(page, ".answer"), /Wanted now\s+8\s+replicas[^]*Because .*; override night \(a drill\): exactly 8/);
      await page.locator(".answer").getByText(/in (59 m|1 h).*override night ends: exactly 8 \(a drill\)/).waitFor();
      service.source.said.set("queue", undefined);
      await page.locator(".answer").getByText(/missing data queue: .*held/).waitFor();
      await page.locator(".answer").getByText(/queue is not held any longer if it still has no reading/).waitFor();
      await shoot(page, "binding-in-the-way");
    });
  } finally {
    service.source.said.clear();
    await rm(file);
  }
});

test("the plot has a line of each signal, what was wanted, bounds and forecasts; a switch stacks, a name hides", async () => {
  await look({ span: "6h" }, {}, async (page) => {
    const legend = page.getByRole("list", { name: "Lines, and their values at the moment" });
    for (const line of ["wanted", "visitors", "queue", "floor", "ceiling", "there are", "soon: expected", "soon: was expected"])
      await legend.getByRole("button", { name: new RegExp(`^${line}`) }).first().waitFor();
    const inked = () => page.locator(".plot canvas").evaluate((canvas) => canvas.toDataURL().length);
    const drawn = await inked();
    await page.keyboard.press("s");
    assert.equal(queryOf(page).get("demand"), "stacked");
    await page.waitForFunction((length) => document.querySelector(".plot canvas").toDataURL().length !== length, drawn);
    const wanted = legend.getByRole("button", { name: /^wanted/ });
    await wanted.click();
    assert.equal(await wanted.getAttribute("aria-pressed"), "false");
  });
});

test("lanes tell of rules, overrides, missing data and gaps by shape and word, at their time", async () => {
  await look({ span: "4w" }, {}, async (page) => {
    const lanes = page.locator(".lane .name");
    await eventually("the lanes", async () => (await lanes.allInnerTexts()).length > 4);
    const names = (await lanes.allInnerTexts()).join("; ");
    for (const name of ["override ◆", "rule ▲", "missing data ?", "no record –", "to come ▸"]) assert.ok(names.includes(name), names);
    const from = Date.parse((await service.api(`timeline?${object}&from=${iso(Date.now() - 35 * hour)}`)).bindings
      .find(isMain).marks.find((each) => each.kind === "override").from);
    const boxes = await page.locator(".lane.override .stretch").evaluateAll((all) => all.map((each) => each.getBoundingClientRect().left));
    const { x } = await pixelOf(page, from);
    assert.ok(boxes.some((each) => Math.abs(each - x) < 3), `${boxes} has nothing at ${x}`);
  });
});

test("new decisions are appended while one looks, and the plot is not made anew", async () => {
  await look({ span: "15m" }, {}, async (page) => {
    await page.locator(".plot canvas").evaluate((canvas) => (canvas.dataset.kept = "yes"));
    const heading = page.locator("#explained");
    const before = await heading.innerText();
    service.source.said.set("queue", 600);
    try {
      await page.locator(".answer").getByText(/Because queue wants 10/).waitFor();
      await eventually("the plot's value", async () =>
        /wanted 1[0-2]/.test(await slider(page).getAttribute("aria-valuetext")),
      );
      assert.notEqual(await heading.innerText(), before);
      assert.equal(await page.locator(".plot canvas").evaluate((canvas) => canvas.dataset.kept), "yes");
    } finally {
      service.source.said.clear();
    }
  });
});

test("when the stream is lost it says so, and that what is shown is from before; then it goes on", async () => {
  await look({ span: "1h" }, {}, async (page) => {
    await service.kill();
    await page.getByText(/Not live since/).first().waitFor();
    await page.locator(".answer.frozen").waitFor();
    assert.match(await textOf(page, ".answer"), /Wanted now\s+\d+/);
    await shoot(page, "binding-stale");
    await service.start();
    await answered(service, [main, other]);
    await page.locator(".answer:not(.frozen)").waitFor();
  });
});

test("the same as a table: the decisions of the range, with what held", async () => {
  await look({ span: "1h" }, {}, async (page) => {
    await page.keyboard.press("t");
    const table = page.getByRole("region", { name: "The time line as a table" });
    await table.waitFor();
    assert.equal(queryOf(page).get("as"), "table");
    const rows = table.locator("tbody tr:not(.ahead)");
    assert.ok((await rows.count()) > 10);
    const time = await rows.nth(3).getByRole("button").innerText();
    await rows.nth(3).getByRole("button").click();
    await page.getByRole("heading", { name: `The decision of ${time}` }).waitFor();
    assert.match(await table.innerText(), /missing data queue/);
  });
});

test("an object with several triggers lets one choose, and the address says which", async () => {
  await look({ parameters: "pool=spare" }, {}, async (page) => {
    const choice = page.getByRole("combobox", { name: "trigger" });
    assert.match(await choice.evaluate((each) => each.selectedOptions[0].text), /pool=spare/);
    await choice.selectOption({ label: "web-worker pool=main" });
    await page.waitForFunction(() => location.hash.includes("parameters=pool%3Dmain"));
  });
  await look({ parameters: "pool=none" }, {}, async (page) => {
    await page.getByRole("heading", { name: "shop/web has no such trigger" }).waitFor();
    await page.getByRole("link", { name: "web-worker pool=main" }).click();
    await page.locator(".plot canvas").waitFor();
  });
});

test("from the fleet the trigger opens that is chosen there", async () => {
  for (const pool of ["main", "spare"]) {
    const { page, context, faults } = await openPage(browser, service.url, { path: `#/?filter=${pool}` });
    page.setDefaultTimeout(60_000);
    await page.locator(".grid .rows .row").waitFor();
    await page.keyboard.press("Enter");
    const choice = page.getByRole("combobox", { name: "trigger" });
    assert.equal(await choice.evaluate((each) => each.selectedOptions[0].text), `web-worker pool=${pool}`);
    assert.equal(await page.getByRole("link", { name: "Try a policy" }).getAttribute("href"), `#/try/shop/web?policy=web-worker&parameters=pool%3D${pool}`);
    assert.deepEqual(faults, []);
    await context.close();
  }
});

test("nothing known, nothing recorded, a journal that cannot be read: each is told", async () => {
  const nobody = await openPage(browser, service.url, { path: "#/binding/shop/nobody" });
  await nobody.page.getByRole("heading", { name: "Nothing is known of shop/nobody" }).waitFor();
  await shoot(nobody.page, "binding-not-found");
  assert.deepEqual(await axeFindings(nobody.page), []);
  await nobody.context.close();

  await look({ from: "2020-01-01T00:00:00Z", until: "2020-01-02T00:00:00Z" }, {}, async (page) => {
    await page.getByText("Nothing was decided in this time, or it is not kept any more.").waitFor();
    await shoot(page, "binding-empty");
  });

  const broken = await openPage(browser, service.url, {});
  broken.page.setDefaultTimeout(60_000);
  await broken.page.route("**/api/v1/timeline*", (route) =>
    route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"detail":"the journal is locked"}' }),
  );
  await broken.page.goto(`${service.url}/#/binding/shop/web`);
  await broken.page.getByText("The history could not be read: the journal is locked").waitFor();
  await broken.page.getByRole("heading", { name: "Wanted now" }).waitFor();
  await shoot(broken.page, "binding-no-history");
  assert.deepEqual(broken.faults, []);
  await broken.context.close();
});

test("what could not be asked for anew is said, and as of when what is shown is", async () => {
  const { page, context, faults } = await openPage(browser, service.url, {});
  page.setDefaultTimeout(60_000);
  const refused = (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"detail":"too busy"}' });
  await page.route("**/api/v1/outlook*", refused);
  await page.goto(`${service.url}/#/binding/shop/web?parameters=pool%3Dmain`);
  const answer = page.locator(".answer");
  await answer.getByText("What comes could not be asked for: too busy").waitFor();
  assert.equal(await answer.getByText(/^No schedule, override or waiting time/).count(), 0, "what is not known is not nothing");
  await page.unroute("**/api/v1/outlook*");
  await answer.getByText(/schedule office/).first().waitFor();
  assert.equal(await page.locator(".not-anew").count(), 0);
  for (const each of ["outlook", "decisions", "hpa-events"]) await page.route(`**/api/v1/${each}*`, refused);
  for (const what of ["What is wanted", "What comes", "What the HPA does"])
    await answer.getByText(new RegExp(`^▲ ${what} is as of \\d\\d:\\d\\d:\\d\\dZ, as it could not be asked for anew: too busy`)).waitFor();
  assert.match(await textOf(page, ".answer"), /Wanted now\s+\d+/);
  await answer.getByText(/schedule office/).first().waitFor();
  await shoot(page, "binding-not-anew");
  assert.deepEqual(await axeFindings(page), []);
  assert.deepEqual(faults, []);
  await context.close();
});

test("while it is asked for it says so, and no range that may be another one in a moment", async () => {
  const slow = await openPage(browser, service.url, {});
  slow.page.setDefaultTimeout(60_000);
  let answer;
  const told = new Promise((now) => (answer = now));
  await slow.page.route("**/api/v1/timeline*", async (route) => (await told, route.continue()));
  await slow.page.goto(`${service.url}/#/binding/shop/web`);
  await slow.page.getByText("Loading the time line …").waitFor();
  assert.equal(await slow.page.locator(".tools [aria-pressed=true]").count(), 0);
  answer();
  await slow.page.locator(".plot canvas").waitFor();
  await slow.page.getByRole("button", { name: "6h", exact: true, pressed: true }).waitFor();
  await slow.context.close();
});

test("what the HPA asked and what was ready are lines, where Kubernetes is watched", async () => {
  const at = Date.now();
  const event = (ago, desired, ready) => ({
    ...{ ...main, policy: "web-worker", time: iso(at - ago), event: "scale-up", before: 1, desired, current: desired, ready },
    ...{ metric: "s0", value: 1, threshold: 1, decision: null, wanted_since: null, ready_after_seconds: null, reason: "" },
  });
  const { page, context, faults } = await openPage(browser, service.url, {});
  const json = (body) => (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify(body) });
  const events = [event(5 * minute, 6, 4), event(30 * minute, 3, 3)];
  await page.route("**/api/v1/hpa-events*", json({ kubernetes: true, problem: "", total: 2, next: null, events }));
  const now = { decision: null, goal: 6, current: 4, desired: 6, ready: 4 };
  const told = { ...main, policy: "web-worker", now, sentence: "6 wanted since then, 4 ready: on its way" };
  await page.route("**/api/v1/effectiveness*", json({ kubernetes: true, problem: "", total: 1, next: null, bindings: [told] }));
  await page.goto(`${service.url}/#/binding/shop/web?span=1h&parameters=pool%3Dmain`);
  const legend = page.getByRole("list", { name: "Lines, and their values at the moment" });
  await legend.getByRole("button", { name: "HPA asked 6" }).waitFor();
  await legend.getByRole("button", { name: "ready 4" }).waitFor();
  await page.getByText("6 wanted since then, 4 ready: on its way").waitFor();
  await page.getByText("HPA asks for 6, ready 4").waitFor();
  await page.locator(".plot canvas").waitFor();
  await shoot(page, "binding-hpa");
  assert.deepEqual(faults, []);
  await context.close();
});

test("all of it is done by keyboard alone", async () => {
  await look({ span: "1h" }, {}, async (page) => {
    const reached = new Set();
    for (let i = 0; i < 60; ++i) {
      await page.keyboard.press("Tab");
      const name = await page.evaluate(() => {
        const each = document.activeElement;
        return each.getAttribute("role") === "slider" ? "slider" : each.getAttribute("aria-label") ?? each.innerText;
      });
      reached.add(name.trim());
      if (name === "slider") await page.keyboard.press("ArrowLeft");
      if (name === "Link to this decision") break;
    }
    for (const name of ["6h", "Zoom in", "Zoom out", "Earlier", "Later", "Now", "Stacked", "Table", "slider", "Link to this decision"])
      assert.ok(reached.has(name), `${name} is not among ${[...reached].join(" | ")}`);
    assert.ok(queryOf(page).has("at"));
  });
});
