// Parts of the page without a browser: built as the page is, and all that one test needs at once, so that it shares its state.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../../web/node_modules/esbuild/lib/main.js";

const source = fileURLToPath(new URL("../../web/src/", import.meta.url));

// What the files of web/src, by their paths there, export; anew each time, as another page has a state of its own.
export async function load(...files) {
  const folder = await mkdtemp(join(tmpdir(), "loadline-web-units-"));
  try {
    const contents = files.map((each) => `export * from "./${each}";`).join("\n");
    const outfile = join(folder, "units.mjs");
    await build({ stdin: { contents, resolveDir: source, loader: "ts" }, bundle: true, format: "esm", jsx: "automatic", jsxImportSource: "preact", outfile });
    return await import(outfile);
  } finally {
    await rm(folder, { recursive: true });
  }
}
