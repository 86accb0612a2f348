// What tests of the view of one binding do with its page.
import assert from "node:assert/strict";
import { openPage, startBrowser } from "./browser.mjs";
import { bindingWithPast, main } from "./binding_world.mjs";

export const minute = 60_000;
export const hour = 60 * minute;
export const iso = (time) => new Date(time).toISOString();

export const object = `namespace=${main.namespace}&name=${main.name}`;
export const isMain = (each) => each.metadata.pool === "main";

// A binding with such a past, and a browser that looks at it: all tests of a file share them.
export let service;
export let browser;
export async function startBinding(past) {
  service = await bindingWithPast(past);
  browser = await startBrowser();
}

// Opens the view of that query, waits for its time line, and looks at what the page must not do at the end.
export async function look(query, options, run) {
  const fields = new URLSearchParams({ parameters: "pool=main", ...query });
  const size = { width: 1440, height: 1100, ...options };
  const { page, context, faults } = await openPage(browser, service.url, { ...size, path: `#/binding/shop/web?${fields}` });
  page.setDefaultTimeout(60_000);
  try {
    await page.locator(".plot canvas, .rows table, .notice h1").first().waitFor();
    await run(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

export const queryOf = (page) => new URLSearchParams(new URL(page.url()).hash.split("?")[1]);
export const spanOf = (page) => Date.parse(queryOf(page).get("until")) - Date.parse(queryOf(page).get("from"));
export const slider = (page) => page.getByRole("slider");
export const textOf = (page, selector) => page.locator(selector).innerText();

// Where a time lies in the plot, in the page's pixels.
export async function pixelOf(page, time) {
  const box = await page.locator(".u-over").boundingBox();
  const [from, until] = await slider(page).evaluate((each) => [each.ariaValueMin, each.ariaValueMax].map(Number));
  return { x: box.x + (box.width * (time / 1000 - from)) / (until - from), y: box.y + box.height / 2, box };
}
