// Builds src/ into the portal's static files. `--check` compares instead of writing; `--sizes` prints what a page loads.
import { build } from "esbuild";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/senim/pages/static/senim/js");
const oldestChrome = readFileSync(join(here, "oldest-chrome.txt"), "utf8").split("\n").find((line) => /^\d+$/.test(line));
const entry = (name) => join(here, `src/${name}.ts`);

/** Each list is one build: what its pages share goes into files of its own, fetched once. The rest is one file a page. */
const builds = [["app"], ["keys", "sign", "token"], ["share"], ["wait"], ["view"], ["scan"], ["passkey"]];
const pages = builds.flat();

const shared = {
  bundle: true,
  minify: true,
  target: `chrome${oldestChrome}`,
  absWorkingDir: here,
  outdir: target,
  legalComments: "none", // licences.txt stands beside the scripts
  charset: "utf8",
  write: false,
  metafile: true,
  logLevel: "warning",
};
const results = await Promise.all(
  builds.map((names) =>
    build({
      ...shared,
      entryPoints: names.map(entry),
      format: "esm",
      splitting: true,
      chunkNames: "shared-[hash]",
      assetNames: "[name]-[hash]",
      loader: { ".wasm": "file" },
    }),
  ),
);
results.push(await build({ ...shared, entryPoints: [entry("worker")], format: "iife" }));

const files = new Map(results.flatMap((result) => result.outputFiles).map((file) => [basename(file.path), file.contents]));
files.set("licences.txt", Buffer.from(licences()));

for (const [name, bytes] of files)
  if (name.endsWith(".js") && Buffer.from(bytes).includes("sourceMappingURL")) throw new Error(`${name} names a source map`);

if (process.argv.includes("--check")) check();
else if (process.argv.includes("--sizes")) sizes();
else write();

/** The licence of every package whose code is in a built file. */
function licences() {
  const inputs = results.flatMap((result) => Object.keys(result.metafile.inputs));
  const packages = new Set(inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean));
  const texts = [...packages].sort().map((name) => {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} carries no licence text`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  const compiled = readFileSync(join(here, "licences/inside-the-scanner.txt"), "utf8");
  return [...texts, compiled, readFileSync(join(here, "../LICENSE"), "utf8")].join("\n----\n\n");
}

function write() {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(target, name), bytes);
}

function check() {
  const kept = existsSync(target) ? readdirSync(target) : [];
  const differing = [...new Set([...kept, ...files.keys()])].filter(
    (name) => !files.has(name) || !kept.includes(name) || !readFileSync(join(target, name)).equals(files.get(name)),
  );
  if (differing.length === 0) return;
  console.error(`The committed files differ from what src/ builds: ${differing.join(", ")}. Run npm run build.`);
  process.exitCode = 1;
}

function sizes() {
  const gzipped = (name) => gzipSync(files.get(name), { level: 9 }).length;
  const outputs = Object.assign({}, ...results.map((result) => result.metafile.outputs));
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const loads = (name, kinds, seen = new Set()) => {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const link of byName.get(name).imports)
      if (kinds.includes(link.kind) && files.has(basename(link.path))) loads(basename(link.path), kinds, seen);
    return seen;
  };
  const sum = (names) => [...names].reduce((total, name) => total + gzipped(name), 0);
  const rows = [...pages, "worker"].map((page) => `${page}.js`).map((name) => ({
    script: name,
    "at once, gzip B": sum(loads(name, ["import-statement"])),
    "with what it loads later": sum(loads(name, ["import-statement", "dynamic-import", "file-loader"])),
  }));
  console.table(rows);
  console.table([...files.keys()].sort().map((name) => ({ file: name, raw: files.get(name).length, gzip: gzipped(name) })));
}
