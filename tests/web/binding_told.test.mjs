// What the view of one binding tells somebody who sees it for the first time: one number is not another one elsewhere, and
// what is doubtful says why.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { iso, look, minute, pixelOf, queryOf, service, startBinding, textOf } from "./binding_page.mjs";
import { eventually, main } from "./binding_world.mjs";
import { becomes } from "./fleet_page.mjs";
import { axeFindings, shoot } from "./browser.mjs";
import { endAll } from "./ends.mjs";

before(() => startBinding());
after(endAll);

const legendOf = (page) => page.getByRole("list", { name: "Lines, and their values at the moment" });
const pressed = (page, name) => page.getByRole("button", { name, exact: true, pressed: true }).waitFor();
const json = (route, body) => route.fulfill({ contentType: "application/json", body: JSON.stringify(body) });

// What the API says, changed before the page hears it.
function changed(page, path, change) {
  return page.route(`**/api/v1/${path}*`, async (route) => {
    const body = await (await route.fetch()).json();
    return json(route, change(body) ?? body);
  });
}

// Its time line has these decisions, by how many minutes ago they were, and these marks.
async function timeLineOf(page, points, marks = []) {
  const begin = Date.now();
  const ago = (minutes) => iso(begin - minutes * minute);
  const usual = { kind: "decision", replicas: 3, wanted: 3, active: true, observed: 3, error: null, winner: "queue", floor: null, ceiling: null };
  const binding = {
    ...{ ...main, policy: "web-worker", records: 500, complete: true },
    points: points.map(([minutes, said]) => ({ ...usual, demands: {}, expected: {}, ...said, time: ago(minutes) })),
    marks: marks.map(([from, until, said]) => ({ kind: "missing", name: "queue", reason: "Held", records: 1, ...said, from: ago(from), until: ago(until) })),
  };
  await changed(page, "timeline", (said) => ({ ...said, bindings: [binding] }));
  await page.reload();
  await page.locator(".plot canvas").first().waitFor();
}

test("while nobody points at a moment the legend has the numbers of the decision that stands", async () => {
  await look({ span: "6h" }, {}, async (page) => {
    await legendOf(page).getByRole("button", { name: /^wanted [\d.]+$/ }).waitFor();
    // The time line hears nothing more.
    await page.route("**/api/v1/timeline*", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"detail":"busy"}' }));
    service.source.said.set("queue", 600).set("visitors", 230).set("observed", 7);
    try {
      await page.locator(".answer").getByText(/Because queue wants 10/).waitFor();
      await page.locator(".answer").getByText(/there are 7/).waitFor();
      for (const name of ["queue 10", "visitors 2.3", "there are 7"])
        await legendOf(page).getByRole("button", { name, exact: true }).waitFor();
      assert.match(await page.getByRole("slider").getAttribute("aria-valuetext"), /wanted 1.*queue 10, visitors 2.3/);
      await eventually("what the API wants", async () => {
        const { wanted } = (await service.api("decisions?namespace=shop&name=web")).decisions[0];
        return legendOf(page).getByRole("button", { name: `wanted ${Number(wanted.toFixed(wanted < 10 ? 2 : 1))}`, exact: true }).isVisible();
      });
      await page.keyboard.press("s");
      await legendOf(page).getByRole("button", { name: "queue 12.3", exact: true }).waitFor();
    } finally {
      service.source.said.clear();
    }
  });
});

test("where the decision could not be asked for anew the legend has what the time line heard since", async () => {
  await look({ span: "15m" }, {}, async (page) => {
    await legendOf(page).getByRole("button", { name: /^queue [\d.]+$/ }).waitFor();
    await page.route("**/api/v1/decisions*", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"detail":"busy"}' }));
    service.source.said.set("queue", 540);
    try {
      await legendOf(page).getByRole("button", { name: "queue 9", exact: true }).waitFor();
    } finally {
      service.source.said.clear();
    }
  });
});

test("where the decision that stands is an error the slider says so, whatever the time line has", async () => {
  await look({ span: "15m" }, {}, async (page) => {
    const error = { code: "NO_READING", message: "nothing is known" };
    await changed(page, "decisions", ({ decisions }) => decisions.forEach((each) => Object.assign(each, { error, replicas: null, wanted: null })));
    await timeLineOf(page, [[9, {}]]);
    await eventually("the error", async () => /no answer: NO_READING(?!.*wanted)/.test(await page.getByRole("slider").getAttribute("aria-valuetext")));
  });
});

test("of a moment that is pointed at the legend has what was then, and nothing from before it was known", async () => {
  await look({ span: "15m" }, {}, async (page) => {
    await timeLineOf(page, [[9, { wanted: 17 }], [6, { wanted: 23 }]]);
    const wanted = legendOf(page).getByRole("button", { name: /^wanted/ });
    const now = /^wanted\s+(?!17|23)[\d.]+$/;
    assert.match(await wanted.innerText(), now);
    for (const [minutes, then] of [[10.5, /^wanted\s+–$/], [7.5, /^wanted\s+17$/], [4, /^wanted\s+23$/]]) {
      const { x, y } = await pixelOf(page, Date.now() - minutes * minute);
      await page.mouse.move(x, y);
      await becomes(async () => assert.match(await wanted.innerText(), then));
    }
    await page.mouse.move(5, 5);
    await becomes(async () => assert.match(await wanted.innerText(), now));
  });
});

test("the first range is no longer than what is known, and stays where more is known later", async () => {
  await look({}, {}, async (page) => {
    await pressed(page, "15m");
    assert.equal(queryOf(page).get("span"), null, "an address that says none stays so");
    const [none] = page.url().split("#").slice(1);
    let told = 0;
    await changed(page, "timeline", ({ bindings }) => {
      told += 1;
      for (const { points } of bindings) if (points.length > 0) points[0].time = iso(Date.now() - 45 * minute);
    });
    await page.getByRole("button", { name: "6h", exact: true }).click();
    await eventually("a longer past", async () => told > 0);
    await page.locator(".tools").getByText("loading").waitFor({ state: "hidden" });
    await page.evaluate((hash) => (location.hash = hash), none);
    await pressed(page, "15m");
    await page.getByRole("button", { name: "1d", exact: true }).click();
    await pressed(page, "1d");
    await page.getByRole("button", { name: "Now", exact: true }).click();
    await pressed(page, "1d");
  });
});

test("a table of which decisions are left out has what held between those that are there, and nothing from after its range", async () => {
  const held = (page) => page.getByRole("region", { name: "The time line as a table" }).locator("tbody tr:not(.ahead) td:last-child").allInnerTexts();
  await look({ span: "15m" }, {}, async (page) => {
    await timeLineOf(page, [[9], [6], [3]], [[5, 4]]);
    await page.keyboard.press("t");
    await becomes(async () => assert.deepEqual(await held(page), ["", "missing data queue", ""]));
  });
  const ago = (minutes) => iso(Date.now() - minutes * minute);
  await look({ from: ago(10), until: ago(4) }, {}, async (page) => {
    await timeLineOf(page, [[9], [6], [3]], [[2, 1]]);
    await page.keyboard.press("t");
    await becomes(async () => assert.deepEqual(await held(page), ["", ""]));
  });
});

test("a decision that is unsure says why, and a number what made it", async () => {
  const signals = [
    { name: "lag", value: 41.55, demand: 0.6925, reason: "Measured", active: true, age_seconds: 0, sentence: "41.55 at 60 each" },
    { name: "buffer", value: 287, demand: 5.417, reason: "Measured", active: true, age_seconds: 0, sentence: "287 at 53 each" },
  ];
  const step = (stage, reason, before, after, sentence) => ({ stage, reason, before, after, signal: "", sentence });
  const steps = [
    step("combine", "HighestDemand", 0, 5.417, "buffer wants 5.417: 287 at 53 each"),
    step("tolerance", "BeyondTolerance", 5.417, 6, "the HPA would not leave 5 for less than 6"),
  ];
  const said = { replicas: 6, wanted: 5.417, observed: 5, active: true, confidence: 0.29, doubt: "lag asks for 0.693 where 5.417 is wanted", winner: "buffer", signals, steps };
  await look({}, {}, async (page) => {
    await changed(page, "decisions", ({ decisions }) => decisions.forEach((each) => Object.assign(each, said)));
    await changed(page, "outlook", ({ bindings }) => bindings.forEach((each) => (each.changes = [])));
    const answer = page.locator(".answer");
    await answer.getByText("confidence 0.29: unsure, as lag asks for 0.693 where 5.417 is wanted").waitFor();
    await answer.getByText("Because buffer wants 5.42: 287 at 53 each; the HPA would not leave 5 for less than 6.").waitFor();
    assert.match(await textOf(page, ".answer .figure"), /^6\s+replicas, active · there are 5/);
    await answer.getByText("No bound, override or missing data changes the number.").waitFor();
    await answer.getByText(/^No schedule, override or waiting time changes the number in the next days: new readings do\.$/).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await shoot(page, "binding-unsure");
  });
});

test("what will change by itself says when, by the plot's clock too, and that what is wanted stays", async () => {
  const at = new Date(Math.ceil(Date.now() / (60 * minute) + 2) * 60 * minute);
  const clock = at.toISOString().slice(11, 16);
  const berlin = at.toLocaleTimeString("en-GB", { timeZone: "Europe/Berlin", hour: "2-digit", minute: "2-digit" });
  const change = { at: at.toISOString(), kind: "schedule", name: "office", replicas: null, counts: true };
  const closes = (zone, hour) => `schedule office: at ${at.toISOString().slice(0, 11)}${hour} ${zone} office closes, then no window is open`;
  await look({}, {}, async (page) => {
    const changes = [{ ...change, sentence: closes("Europe/Berlin", berlin), stays: true }, { ...change, sentence: closes("UTC", clock), stays: false }];
    await changed(page, "outlook", ({ bindings }) => bindings.forEach((each) => (each.changes = changes)));
    await page.reload();
    const next = page.getByRole("region", { name: "What changes next" }).getByRole("listitem");
    await next.getByText(new RegExp(`office closes, then no window is open \\(${clock}Z, ${berlin} Europe/Berlin\\); the [\\d.]+ wanted now stays$`)).waitFor();
    await next.getByText(new RegExp(`office closes, then no window is open \\(${clock}Z\\)$`)).waitFor();
  });
});

test("a confidence says what lowers it", async () => {
  await look({}, {}, async (page) => {
    const said = { confidence: 0.71, doubt: "7.59 is not far from the 8 observed" };
    await changed(page, "decisions", ({ decisions }) => decisions.forEach((each) => Object.assign(each, said)));
    await page.reload();
    const confidence = page.locator(".answer").getByText("0.71, as 7.59 is not far from the 8 observed", { exact: true });
    await confidence.waitFor();
    assert.equal(await confidence.getAttribute("class"), null, "it is no warning");
  });
});

test("what is expected has its numbers where one points at, and is not taken for what the decision went by", async () => {
  await look({ span: "15m" }, {}, async (page) => {
    const expected = legendOf(page).getByRole("button", { name: /^soon: expected/ });
    await becomes(async () => assert.match(await expected.innerText(), /^soon: expected\s+–$/));
    const { x, y } = await pixelOf(page, Date.now() + 2 * minute);
    await page.mouse.move(x, y);
    await becomes(async () => assert.match(await expected.innerText(), /^soon: expected\s+[\d.]+$/));
  });
});

test("what was wrong a short time ago is told in words, as long as it is recent", async () => {
  await look({ span: "1h" }, {}, async (page) => {
    await timeLineOf(page, [[50], [30], [9], [3]], [[40, 35], [20, 12], [5, 4]]);
    const way = page.getByRole("region", { name: "In the way" });
    await way.getByText(/^Ended at .*: missing data queue$/).waitFor();
    const over = await way.getByText(/^Ended at/).allInnerTexts();
    assert.equal(over.length, 1);
    const [, clock] = over[0].match(/at (\S+):/);
    const ago = Date.now() - Date.parse(`${iso(Date.now()).slice(0, 11)}${clock}`);
    assert.ok(ago > 3 * minute && ago < 6 * minute, over[0]);
  });
});

test("the words of a mark do not run over the mark that begins within it", async () => {
  await look({ span: "6h" }, {}, async (page) => {
    const slowed = (reason) => ({ kind: "slowed", name: "", reason });
    const points = [[350, {}], [1, {}]];
    const lengthOf = (first) => first.evaluate((each) => {
      const words = document.createRange();
      words.selectNodeContents(each);
      return words.getBoundingClientRect().width;
    });
    const marks = page.locator(".lane.slowed .stretch");
    await timeLineOf(page, points, [[300, 30, slowed("StabilizedDown")]]);
    await marks.getByText("StabilizedDown").waitFor();
    const length = await lengthOf(marks.first());
    // From far apart to nearly at one place.
    for (let begin = 240; begin < 300; begin += 10) {
      await timeLineOf(page, points, [[300, 30, slowed("StabilizedDown")], [begin, 30, slowed("StabilizedUp")]]);
      await marks.nth(1).waitFor();
      const [first, second] = await marks.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().left));
      const shown = await marks.first().innerText();
      assert.ok(first + (await lengthOf(marks.first())) < second || shown === "", `${shown} has ${second - first} pixels`);
      if (second - first > length + 40) assert.match(shown, /StabilizedDown/);
    }
  });
});
