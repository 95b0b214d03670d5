// Builds the styles and scripts of functions/assets/ into functions/static/: minified, named by content, compressed beside.
// Usage: node build.mjs SOURCE TARGET, with {texts, files} as JSON: embed.js's words by language, and files to add.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, mkdir, rm, writeFile, readFile, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [source, target] = process.argv.slice(2);
const { texts, files } = JSON.parse(readFileSync(0, "utf8"));
const fresh = `${target}.${process.pid}`;
const BROWSERS = ["chrome123", "firefox120", "safari17.5"]; // the first with light-dark()
// What other sites include keeps its name and runs as a plain script.
const EMBED = "embed.js";
// What pages name, each under its last name; the other modules and styles are parts of these.
const ENTRIES = [
  EMBED,
  "booking/booking.js",
  "booking/landing.js",
  "booking/picker.css",
  "console/book.js",
  "console/booking-page.css",
  "console/messages.css",
  "console/calendar.css",
  "console/calendar.js",
  "console/console.css",
  "console/console.js",
  "console/home.css",
  "console/desk.js",
  "console/queue.css",
  "console/queue.js",
  "console/report.css",
  "console/report.js",
  "console/setup.css",
  "console/setup.js",
  "styles/openslot.css",
  "toolkit/toolkit.css",
  "visits/visit.css",
  "visits/visit.js",
];

const entries = ENTRIES.map((name) => join(source, name));
// The rows of the staff calendar: where something begins and how long it is, in steps of five minutes (25 hours).
const ROWS = 300;
const rows = () =>
  Array.from({ length: ROWS }, (_, at) => `.r${at + 1}{grid-row-start:${at + 1}}.s${at + 1}{grid-row-end:span ${at + 1}}`).join("");
const withRows = async ({ path }) => ({ contents: `${await readFile(path, "utf8")}@layer pages{${rows()}}`, loader: "css" });
const calendar = { name: "calendar", setup: (build) => build.onLoad({ filter: /console.calendar\.css$/ }, withRows) };
const common = { bundle: true, minify: true, outdir: fresh, target: BROWSERS, legalComments: "none", logLevel: "warning" };

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });

const { metafile } = await build({
  ...common,
  entryPoints: entries.filter((entry) => basename(entry) !== EMBED),
  plugins: [calendar],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  format: "esm",
  metafile: true,
  loader: { ".svg": "file", ".woff2": "file" },
});
const manifest = Object.fromEntries(
  Object.entries(metafile.outputs)
    .filter(([, output]) => output.entryPoint)
    .map(([path, output]) => [basename(output.entryPoint), basename(path)]),
);

const embed = { entryPoints: [join(source, EMBED)], format: "iife", charset: "utf8" };
await build({ ...common, ...embed, define: { TEXTS: JSON.stringify(texts) } });
manifest[EMBED] = EMBED;

for (const [name, content] of Object.entries(files)) {
  const text = JSON.stringify(content);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  manifest[name] = name.replace(/\.(?=[^.]*$)/, `-${hash}.`);
  await writeFile(join(fresh, manifest[name]), text);
}

for (const name of await readdir(fresh)) {
  const content = await readFile(join(fresh, name));
  await writeFile(join(fresh, `${name}.gz`), gzipSync(content, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  await writeFile(join(fresh, `${name}.br`), brotliCompressSync(content, { params }));
}
await writeFile(join(fresh, "manifest.json"), JSON.stringify(manifest, Object.keys(manifest).sort(), 2));
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
