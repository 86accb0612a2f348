// The small fleet in a browser.
import assert from "node:assert/strict";
import { openPage, startBrowser } from "./browser.mjs";
import { smallFleet } from "./small.mjs";

export let browser;
export let service;

export async function startSmallFleet() {
  browser = await startBrowser();
  service = await smallFleet();
}

// A page whose faults are looked at when the test has ended.
export async function open(t, url = service.url, options = {}) {
  const it = await openPage(browser, url, options);
  t.after(async () => {
    assert.deepEqual(it.faults, [], "what a page must not do");
    await it.context.close();
  });
  return it.page;
}

export const live = (page) => page.getByRole("status").textContent();
