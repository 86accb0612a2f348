// The fleet as a reader of the page sees it.
import assert from "node:assert/strict";

// The rows that are there, from above: { state, object, policy, have, want, winner, because, forecast, confidence, selected }
export function rowsOf(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll(".grid .rows .row")]
      .sort((a, b) => a.getAttribute("aria-rowindex") - b.getAttribute("aria-rowindex"))
      .map((row) => {
        const cell = (name) => row.querySelector(`.${name}`)?.textContent.trim() ?? "";
        return {
          state: cell("state").replace(/^[^a-z]*/, ""),
          object: cell("object"),
          policy: cell("policy"),
          have: cell("have"),
          want: cell("want").replace(/^[↑↓]/, ""),
          winner: cell("winner"),
          because: cell("because"),
          forecast: cell("forecast").replace(/^[✓✗?]\s*/, ""),
          confidence: cell("confidence"),
          age: cell("age"),
          selected: row.getAttribute("aria-selected") === "true",
        };
      }),
  );
}

export async function openRows(page) {
  await page.waitForSelector(".grid .rows .row", { timeout: 30_000 });
}

// What is to become so within `seconds`; the last reason why it is not.
export async function becomes(what, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await what();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

// As words.ts writes it.
export function numberText(value) {
  if (value === null) return "–";
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)));
}

export function shownAs(binding) {
  return {
    object: `${binding.namespace}/${binding.name}`,
    policy: binding.policy,
    have: numberText(binding.observed),
    want: numberText(binding.replicas),
    winner: binding.winner === "" ? "–" : binding.winner,
    because: binding.summary,
    confidence: binding.confidence === null ? "–" : binding.confidence.toFixed(2),
  };
}

const sameFields = (row) => Object.fromEntries(Object.keys(shownAs({ observed: null, replicas: null, confidence: null })).map((key) => [key, row[key]]));
const byObject = (a, b) => (a.object < b.object ? -1 : 1);

// Decisions go on meanwhile: within a tick or two both are the same.
export async function showsWhatTheApiSays(page, service, which = () => true) {
  await becomes(async () => {
    const said = (await service.api("bindings")).bindings.filter(which).map(shownAs).sort(byObject);
    const shown = (await rowsOf(page)).map(sameFields).sort(byObject);
    assert.deepEqual(shown, said);
  });
}
