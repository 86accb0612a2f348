// The range and the moment of one binding's time line: how they are chosen, and what is asked for then. Of the real program
// with a month behind it (journal_history, which is built with the tests).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage } from "./browser.mjs";
import { browser, hour, isMain, look, minute, object, pixelOf, queryOf, service, slider, spanOf, startBinding, textOf } from "./binding_page.mjs";
import { eventually, main, other } from "./binding_world.mjs";
import { endAll } from "./ends.mjs";

before(() => startBinding({ days: 28, triggers: [main, other] }));
after(endAll);

test("the time line is zoomed by buttons, keys, wheel and drag, and the address says its range", async () => {
  await look({ span: "6h" }, {}, async (page) => {
    await page.getByRole("button", { name: "1w", exact: true }).click();
    assert.equal(queryOf(page).get("span"), "1w");
    await page.getByRole("button", { name: "1h", exact: true }).click();
    await page.keyboard.press("-");
    assert.equal(queryOf(page).get("span"), "2h");
    await page.keyboard.press("+");
    assert.equal(queryOf(page).get("span"), "1h");
    const { x, y, box } = await pixelOf(page, Date.now() - 20 * minute);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 100);
    await page.waitForFunction(() => location.hash.includes("until="));
    assert.ok(Math.abs(spanOf(page) - 1.25 * hour) < 5000, `the wheel made it ${spanOf(page)}`);
    const before = spanOf(page);
    await page.mouse.move(box.x + box.width * 0.25, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, y);
    await page.mouse.move(box.x + box.width * 0.5, y);
    await page.mouse.up();
    await eventually("a nearer range", async () => spanOf(page) < before);
    assert.ok(Math.abs(spanOf(page) - before / 4) < before / 50, `the drag made it ${spanOf(page)} of ${before}`);
    assert.equal(queryOf(page).get("at"), null);
    await slider(page).focus();
    await page.keyboard.press("Shift+ArrowLeft");
    const earlier = Date.parse(queryOf(page).get("from"));
    await page.keyboard.press("Shift+ArrowRight");
    assert.ok(Date.parse(queryOf(page).get("from")) > earlier);
    await page.keyboard.press("0");
    assert.equal(queryOf(page).get("until"), null);
    assert.ok(queryOf(page).has("span"));
  });
});

test("keeping a moment, and letting it go, leaves the range as it is, where the address says none, too", async () => {
  const ways = {
    click: async (page) => {
      const { x, y } = await pixelOf(page, Date.now() - 20 * minute);
      await page.mouse.click(x, y);
    },
    key: async (page) => {
      await slider(page).focus();
      await page.keyboard.press("ArrowLeft");
    },
    lane: (page) => page.locator(".lane .stretch").first().click(),
    row: async (page) => {
      await page.keyboard.press("t");
      await page.locator(".rows tbody tr:not(.ahead) button").nth(3).click();
    },
  };
  for (const [way, keep] of Object.entries(ways)) {
    await look({}, {}, async (page) => {
      const sixHours = page.getByRole("button", { name: "6h", exact: true, pressed: true });
      await sixHours.waitFor();
      await keep(page);
      await page.getByRole("heading", { name: /^The decision of/ }).waitFor();
      const query = queryOf(page);
      assert.deepEqual([query.has("at"), query.get("span"), query.get("from")], [true, "6h", null], way);
      assert.equal(await sixHours.count(), 1, way);
      await page.mouse.move(5, 5);
      await page.getByRole("button", { name: "Back to the latest" }).click();
      await page.getByRole("heading", { name: /^The latest decision of/ }).waitFor();
      assert.equal(await sixHours.count(), 1, way);
    });
  }
});

test("it asks for what it shows alone: a range's timeline, of at most a thousand decisions", async () => {
  await look({ span: "4w" }, {}, async (page) => {
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url())));
    await page.getByRole("button", { name: "1h", exact: true }).click();
    const request = await eventually("a request", async () => asked.find((each) => each.pathname.endsWith("/timeline")));
    const fields = request.searchParams;
    assert.ok(Date.parse(fields.get("until")) - Date.parse(fields.get("from")) <= 1.3 * hour);
    assert.ok(Number(fields.get("limit")) <= 1000);
    const answer = (await service.api(`timeline${request.search}`)).bindings[0];
    assert.ok(answer.points.length <= 1000);
  });
});

test("any moment is explained: by mouse, by arrow keys, and by a link that shows the same decision", async () => {
  await look({ span: "1h" }, {}, async (page) => {
    const { x, y } = await pixelOf(page, Date.now() - 30 * minute);
    await page.mouse.move(x, y);
    await page.getByRole("heading", { name: /^The decision of/ }).waitFor();
    await page.mouse.click(x, y);
    await page.waitForFunction(() => location.hash.includes("at="));
    await page.mouse.move(5, 5);
    const at = queryOf(page).get("at");
    const [told] = (await service.api(`explain?${object}&at=${at}`)).decisions.filter(isMain);
    assert.equal(told.source, "journal");
    const explained = page.locator(".explained");
    await explained.locator(".summary").getByText(told.summary, { exact: true }).waitFor();
    for (const signal of told.signals) await explained.getByRole("rowheader", { name: new RegExp(`^${signal.name}`) }).waitFor();
    for (const step of told.steps) await explained.getByText(step.sentence).first().waitFor();

    await slider(page).focus();
    await page.keyboard.press("ArrowLeft");
    const earlier = queryOf(page).get("at");
    assert.ok(Date.parse(earlier) < Date.parse(at), `${earlier} is not before ${at}`);
    await explained.getByRole("heading", { name: new RegExp(earlier.slice(0, 19).replace("T", " ")) }).waitFor();
    assert.match(await slider(page).getAttribute("aria-valuetext"), /wanted [\d.]+.*visitors [\d.]+/);

    const href = await explained.getByRole("link", { name: "Link to this decision" }).getAttribute("href");
    const summary = await textOf(page, ".summary");
    const fresh = await openPage(browser, service.url, { path: href });
    await fresh.page.locator(".explained .summary").waitFor();
    await fresh.page.getByRole("heading", { name: new RegExp(`^The decision of ${earlier.slice(0, 19).replace("T", " ")}`) }).waitFor();
    await eventually("the same", async () => (await fresh.page.locator(".summary").innerText()) === summary);
    assert.deepEqual(fresh.faults, []);
    await fresh.context.close();
    await page.getByRole("button", { name: "Back to the latest" }).click();
    await page.getByRole("heading", { name: /^The latest decision of/ }).waitFor();
  });
});
