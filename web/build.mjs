// Bundles src into a folder: names with a hash of what is in them, an index.html that names them, and the licences of
// what is bundled. The same sources give the same bytes, wherever they lie.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? "dist";
process.chdir(here);
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

// The editor's templates have style attributes, which the page's policy forbids: src/style/editor.css says the same by data-style.
const withoutStyleAttributes = {
  name: "without style attributes",
  setup(bundle) {
    bundle.onLoad({ filter: /prism-code-editor\/dist\/.*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(/(<\w[^<>]*) style=/g, "$1 data-style="),
      loader: "js",
    }));
  },
};

const result = await build({
  entryPoints: { app: "src/main.tsx", style: "src/style/style.css" },
  outdir: join(out, "page"),
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  bundle: true,
  format: "esm",
  splitting: true,
  minify: true,
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  preserveSymlinks: true, // node_modules is a link: where it leads is nobody's business
  metafile: true,
  plugins: [withoutStyleAttributes],
  absWorkingDir: here,
  logLevel: "warning",
});

const outputs = Object.entries(result.metafile.outputs);
const named = (entry) => {
  const [path] = outputs.find(([, output]) => output.entryPoint === entry);
  return relative(out, path);
};
const page = await readFile("src/index.html", "utf8");
await writeFile(
  join(out, "index.html"),
  page.replace("{{script}}", named("src/main.tsx")).replace("{{style}}", named("src/style/style.css")),
);

// The licence of each package of which something is in the bundle.
const packages = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) packages.add(found[1]);
}
let licences = "";
for (const name of [...packages].sort()) {
  const folder = join("node_modules", name);
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  if (!file) throw new Error(`${name} has no licence`);
  licences += `${name}\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n\n\n`;
}
await writeFile(join(out, "page", "licences.txt"), licences);
