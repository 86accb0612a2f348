// A real browser (Debian's chromium) that notes what a page must not do.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mkdir } from "node:fs/promises";
import { endsBy } from "./ends.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const packages = createRequire(join(root, "web/node_modules/x.js"));
const { chromium } = packages("playwright-core");
const axeScript = packages.resolve("axe-core/axe.min.js");

export const shots = process.env.SHOTS ?? join(root, "build/web-shots");

export async function startBrowser() {
  await mkdir(shots, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--no-proxy-server", "--disable-dev-shm-usage"],
  });
  endsBy(() => browser.close());
  return browser;
}

// A page of that address, and what it did wrong: `faults` has requests to other hosts, violations of the policy, errors.
export async function openPage(browser, url, { width = 1440, height = 900, colorScheme = "light", path = "" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  const faults = [];
  const { host } = new URL(url);
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol !== "data:" && asked.host !== host) faults.push(`a request to ${asked.host}`);
  });
  page.on("pageerror", (error) => faults.push(`an error: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    // What is refused, or not there, is told by the page itself.
    if (message.type() === "error" && !/Failed to load resource|ERR_/.test(text)) faults.push(`the console: ${text}`);
  });
  await context.exposeBinding("toldOfViolation", (_, what) => faults.push(`the policy forbids ${what}`));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      window.toldOfViolation(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
    );
  });
  await page.goto(url + "/" + path);
  return { page, context, faults };
}

// What axe finds, in words; the script comes from the driver, which the page's policy does not bind.
export async function axeFindings(page) {
  const { readFile } = await import("node:fs/promises");
  await page.evaluate(await readFile(axeScript, "utf8"));
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.flatMap((each) =>
    each.nodes.map((node) => `${each.id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n").slice(1).join(" ")}`),
  );
}

export async function shoot(page, name) {
  await page.screenshot({ path: join(shots, `${name}.png`) });
}
