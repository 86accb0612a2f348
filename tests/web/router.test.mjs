// The address, without a browser: what stands in it, and who may write it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./units.mjs";

test("an address is not written over the one to which the browser has gone meanwhile", async () => {
  const location = { hash: "#/binding/shop/web" };
  const history = { replaceState: (_, __, href) => (location.hash = href) };
  Object.assign(globalThis, { location, history, addEventListener: () => undefined });
  const { place, remember, replace } = await load("router.ts");
  replace("#/binding/shop/web?span=1h");
  assert.equal(location.hash, "#/binding/shop/web?span=1h");
  assert.equal(place.get().query.get("span"), "1h");
  location.hash = "#/"; // a step back, of which the page has not heard yet
  remember("#/binding/shop/web?span=6h", place.get());
  assert.equal(location.hash, "#/");
  replace("#/binding/shop/web?span=6h");
  assert.equal(location.hash, "#/");
  assert.equal(place.get().query.get("span"), "1h");
});
