// Builds src/solstice_web/assets/dist: stylesheet, scripts, service worker, font, icons, htmx, and the list of hashed names.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, transform } from "esbuild";
import { compile } from "sass";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src/solstice_web/assets");
const dist = join(source, "dist");
const fresh = `${dist}.new`;
const modules = join(root, "node_modules");
const fonts = join(modules, "@fontsource-variable/atkinson-hyperlegible-next");
const targets = ["chrome100", "safari15.4", "firefox100"];
const names = {};
let worker = "";

/** Writes bytes under a name that holds their hash, and remembers it. */
function put(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const end = extname(name);
  names[name] = `${basename(name, end)}.${hash}${end}`;
  writeFileSync(join(fresh, names[name]), bytes);
}

function fontsAndPictures() {
  for (const part of ["latin", "latin-ext"]) {
    const file = `atkinson-hyperlegible-next-${part}`;
    put(`${file}.woff2`, readFileSync(join(fonts, "files", `${file}-wght-normal.woff2`)));
  }
  const images = join(source, "images");
  for (const name of readdirSync(images).sort()) put(name, readFileSync(join(images, name)));
  put("htmx.js", readFileSync(join(modules, "htmx.org/dist/htmx.min.js")));
}

// nhsuk-frontend computes shades of these three, so they cannot be var() in Sass; see styles/_foundation.scss.
const roles = { "#0a0b01": "var(--brand)", "#0a0b02": "var(--urgent)", "#0a0b03": "var(--good)" };

async function stylesheet() {
  const { css } = compile(join(source, "styles/app.scss"), {
    loadPaths: [modules],
    importers: [{ findFileUrl: (url) => (url.startsWith("nhsuk-frontend/") ? pathToFileURL(join(modules, url)) : null) }],
  });
  const ours = css
    .replace(/#0a0b0[123]/gi, (colour) => roles[colour.toLowerCase()])
    .replaceAll("/assets/images/nhsuk-icon-cross.svg", "asset:cross.svg")
    .replace(/asset:([\w.-]+)/g, (_, name) => {
      if (!names[name]) throw new Error(`styles ask for ${name}, which is not among the assets`);
      return names[name];
    });
  const { code } = await transform(ours, { loader: "css", minify: true, target: targets });
  const elsewhere = code.match(/url\(["']?(?:https?:)?\/\/[^)]*\)|@import[^;]*/);
  if (elsewhere) throw new Error(`the stylesheet loads from elsewhere: ${elsewhere[0]}`);
  put("app.css", code);
}

async function scripts() {
  const options = { bundle: true, minify: true, write: false, target: targets, legalComments: "none", charset: "utf8" };
  const entry = (name) => ({ ...options, entryPoints: [join(source, "scripts", `${name}.ts`)] });
  for (const name of ["app", "names"]) put(`${name}.js`, (await build({ ...entry(name), format: "esm" })).outputFiles[0].contents);
  worker = (await build({ ...entry("worker"), format: "iife" })).outputFiles[0].text;
}

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
fontsAndPictures();
await stylesheet();
await scripts();
writeFileSync(join(fresh, "worker.js"), worker);
cpSync(join(fonts, "LICENSE"), join(fresh, "font-licence.txt"));
const version = createHash("sha256").update(JSON.stringify(names)).update(worker).digest("hex").slice(0, 12);
writeFileSync(join(fresh, "manifest.json"), `${JSON.stringify({ version, files: names }, null, 1)}\n`);
const old = `${dist}.old`;
rmSync(old, { recursive: true, force: true });
if (existsSync(dist)) renameSync(dist, old);
renameSync(fresh, dist);
rmSync(old, { recursive: true, force: true });
