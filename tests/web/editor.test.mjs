// What the editor offers where one writes: `|` is where.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { load } from "./units.mjs";

const { declaredParameters, placeAt, schemasAt, fieldsOf, valuesOf } = await load("editor/declared.ts", "editor/yaml_place.ts", "editor/schema.ts");
const schema = JSON.parse(await readFile(fileURLToPath(new URL("../../config/policy.schema.json", import.meta.url)), "utf8"));

const places = [
  ["|", [], "key", ""],
  ["spec:\n  rep|", ["spec"], "key", "rep"],
  ["spec:\n  replicas: { mi|", ["spec", "replicas"], "key", "mi"],
  ["spec:\n  replicas: { min: 1, ma|", ["spec", "replicas"], "key", "ma"],
  ["spec:\n  replicas: { min: |", ["spec", "replicas", "min"], "value", ""],
  ["spec:\n  signals:\n    - na|", ["spec", "signals", "[]"], "key", "na"],
  ["spec:\n  signals:\n    - name: lag\n      que|", ["spec", "signals", "[]"], "key", "que"],
  ["spec:\n  signals:\n  - name: lag\n    que|", ["spec", "signals", "[]"], "key", "que"],
  ["spec:\n  signals:\n  - name: lag\n  - na|", ["spec", "signals", "[]"], "key", "na"],
  ["spec:\n  signals:\n    - name: lag\n      backlog:\n        depth: x\n        dr|", ["spec", "signals", "[]", "backlog"], "key", "dr"],
  ["spec:\n  signals:\n    - name: lag\n      backlog:\n        depth: x\n      wi|", ["spec", "signals", "[]"], "key", "wi"],
  ["spec:\n  signals:\n    - name: lag\n      window: { over: 1m, take: |", ["spec", "signals", "[]", "window", "take"], "value", ""],
  ["spec:\n  signals: [ { name: lag, |", ["spec", "signals", "[]"], "key", ""],
  ["spec:\n  signals: [ { name: lag },\n    { na|", ["spec", "signals", "[]"], "key", "na"],
  ['spec:\n  signals:\n    - query: max(x{a="}, {"})\n      ta|', ["spec", "signals", "[]"], "key", "ta"],
  ["spec:\n  signals:\n    - name: a # { not a bracket\n      ta|", ["spec", "signals", "[]"], "key", "ta"],
  ["spec:\n  onMissing: { hold: 5m, then: er|", ["spec", "onMissing", "then"], "value", "er"],
  ["spec:\n  mode: |", ["spec", "mode"], "value", ""],
  ["metadata: { name: a }\nspec:\n  replicas: { min: 0 }\n  |", ["spec"], "key", ""],
  ["kind: A\nspec:\n  mode: hold\n---\nkind: B\nsp|", [], "key", "sp"],
];
test("Where one writes is known, in blocks and in brackets, whole or not", () => {
  for (const [text, path, writes, word] of places) {
    assert.deepEqual(placeAt(text.replace("|", ""), text.indexOf("|")), { path, writes, word }, JSON.stringify(text));
  }
});

test("What the schema knows of that place is offered, with its help", () => {
  const names = (path) => fieldsOf(schemasAt(schema, "ScalingPolicy", path), schema).map((each) => each.name);
  for (const [path, has] of [
    [[], ["apiVersion", "kind", "metadata", "spec"]],
    [["spec"], ["signals", "replicas", "onMissing", "mode"]],
    [["spec", "signals", "[]"], ["name", "query", "perReplica", "backlog"]],
    [["spec", "signals", "[]", "backlog"], ["depth", "arrivals", "drainWithin"]],
    [["spec", "replicas"], ["min", "max"]],
  ]) {
    for (const each of has) assert(names(path).includes(each), `${path.join(".")}: ${each} is not among ${names(path)}`);
  }
  assert(valuesOf(schemasAt(schema, "ScalingPolicy", ["spec", "mode"])).includes("hold"));
  for (const each of fieldsOf(schemasAt(schema, "ScalingPolicy", ["spec"]), schema)) assert(each.help !== "", `${each.name} has no help`);
});

test("The parameters that a policy declares are known, in blocks and in brackets", () => {
  for (const [text, names] of [
    ["spec:\n  parameters: { app: { pattern: \"[a-z:]+\" }, 'zone': {} }\n  signals: [ { name: load } ]\n", ["app", "zone"]],
    ["spec:\n  parameters:\n    app:\n      pattern: x\n      default: y\n    zone: {}\n  replicas:\n    min: 1\n", ["app", "zone"]],
    ["spec:\n  replicas: { min: 1 }\n", []],
    ["metadata:\n  parameters: { app: 1 }\nspec:\n  signals:\n    - parameters: { zone: 1 }\n", []],
    ["spec:\n  parameters: { app: {} }\n---\nspec:\n  parameters:\n    zone: {}\n", ["app", "zone"]],
  ])
    assert.deepEqual([...declaredParameters(text)], names, text);
});
