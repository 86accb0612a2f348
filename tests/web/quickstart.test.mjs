// What the quickstart shows: a real Prometheus, and a pipeline under load.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { axeFindings, openPage, shoot, startBrowser } from "./browser.mjs";
import { endAll, endsBy } from "./ends.mjs";
import { becomes, openRows, rowsOf, showsWhatTheApiSays } from "./fleet_page.mjs";

const script = fileURLToPath(new URL("../../examples/quickstart.sh", import.meta.url));
const service = {
  async api(path) {
    return (await fetch(`${this.url}/api/v1/${path}`)).json();
  },
};
let browser;
before(async () => {
  browser = await startBrowser();
  const { LOADLINE_BINARY, ...env } = process.env; // it builds the program itself
  const quickstart = spawn(script, [], { stdio: ["ignore", "pipe", "inherit"], env, detached: true });
  endsBy(async () => {
    if (quickstart.exitCode !== null || quickstart.signalCode !== null) return;
    const ended = once(quickstart, "exit");
    quickstart.kill("SIGTERM");
    await ended;
  });
  const lines = createInterface({ input: quickstart.stdout });
  service.url = await new Promise((found, ended) => {
    lines.on("line", (line) => {
      const address = line.match(/(http:\/\/127\.0\.0\.1:\d+)\/ +the page/);
      if (address) found(address[1]);
    });
    quickstart.once("exit", (code) => ended(new Error(`the quickstart ended (${code})`)));
  });
});
after(endAll);

test("the quickstart prints the page's address, and the page shows what the API says, as it changes", async () => {
  const { page, context, faults } = await openPage(browser, service.url);
  await openRows(page);
  await showsWhatTheApiSays(page, service);
  const [row] = await rowsOf(page);
  assert.equal(row.object, "data/orders-cdc");
  assert.equal(row.policy, "cdc-worker");
  // A load that comes and goes: what is wanted changes while one looks on.
  const wanted = new Set();
  await becomes(async () => {
    wanted.add((await rowsOf(page))[0].want);
    assert.ok(wanted.size >= 3, [...wanted].join());
  }, 60);
  // What is said below it is of a decision that is not older than a few ticks.
  const decided = async () => Date.parse(`1970-01-01T${(await page.locator(".why header").textContent()).match(/\d\d:\d\d:\d\dZ/)[0]}`);
  const first = await decided();
  await becomes(async () => assert.notEqual(await decided(), first));
  await becomes(async () => assert.equal(await page.locator(".grid .spark .line").count(), 1));
  await shoot(page, "quickstart");
  assert.deepEqual(await axeFindings(page), []);
  assert.deepEqual(faults, []);
  await context.close();
});
