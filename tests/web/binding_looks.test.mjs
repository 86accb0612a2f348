// How the view of one binding looks: light and dark, wide and narrow, minutes, days and weeks.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look, startBinding } from "./binding_page.mjs";
import { axeFindings, shoot } from "./browser.mjs";
import { endAll } from "./ends.mjs";

before(() => startBinding({ days: 28 }));
after(endAll);

// A canvas takes no colour that it does not know, and says nothing.
function isDrawnInAccent(page) {
  return page.evaluate(() => {
    const accent = getComputedStyle(document.querySelector(".acts a")).color.match(/\d+/g).map(Number);
    const canvas = document.querySelector(".plot canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4) if (accent.every((value, part) => data[at + part] === value)) return true;
    return false;
  });
}

for (const colorScheme of ["light", "dark"]) {
  for (const [width, named] of [[1440, "wide"], [360, "narrow"]]) {
    test(`axe finds nothing, and nothing is wider than the page: ${colorScheme}, ${named}; minutes, days, weeks`, async () => {
      for (const span of ["15m", "1d", "4w"]) {
        await look({ span }, { colorScheme, width, height: width === 360 ? 1900 : 1100 }, async (page) => {
          await page.locator(".lane").first().waitFor();
          await page.locator(".explained tbody tr").first().waitFor();
          assert.deepEqual(await axeFindings(page), []);
          const wide = await page.evaluate(() => document.querySelector("main").scrollWidth - document.querySelector("main").clientWidth);
          assert.equal(wide, 0, "it scrolls sideways");
          assert.ok(await isDrawnInAccent(page), "what is wanted is not drawn in the accent of these colours");
          await shoot(page, `binding-${colorScheme}-${named}-${span}`);
        });
      }
      await look({ span: "6h", demand: "stacked", as: "table" }, { colorScheme, width }, async (page) => {
        assert.deepEqual(await axeFindings(page), []);
        await shoot(page, `binding-${colorScheme}-${named}-table`);
      });
    });
  }
}
