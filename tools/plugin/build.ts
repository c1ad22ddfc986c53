/** `npm run plugin -- FOLDER URL`: prismctl as an archive, and the Krew manifest that installs it from there as `kubectl prism`. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseJson, valueAt } from "../control-plane/json-value.ts";
import { productionPackages } from "../image/production-packages.ts";
import { pluginManifest } from "./manifest.ts";

const CHECKOUT = join(import.meta.dirname, "../..");
const USAGE = 2;

/** What prismctl is made of, besides packages. */
const PARTS = ["bin", "certs", "crds", "schemas", "src", "webhooks", "package.json", "LICENSE"];

/** What was written. */
export interface Plugin {
  readonly archive: string;
  readonly manifest: string;
}

/** Writes archive and manifest into a folder. The same checkout gives the same bytes. `url` is the folder that the archive is published in. */
export function buildPlugin(checkout: string, folder: string, url: string): Plugin {
  const read = parseJson(readFileSync(join(checkout, "package.json"), "utf8"));
  const version = String(valueAt(read, "version"));
  const name = `kubectl-prism-v${version}.tar.gz`;
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, name);
  const packages = productionPackages(checkout).filter((path) => existsSync(join(checkout, path)));
  const order = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  // Packages within packages are listed by themselves.
  const own = ["--no-recursion", "--verbatim-files-from", "--null", "--files-from=-"];
  const files = execFileSync("find", [...PARTS, ...packages, "-type", "f", "-print0"], {
    cwd: checkout,
    maxBuffer: 64 * 1024 * 1024,
  });
  const compress = "--use-compress-program=gzip -n";
  const args = [...order, compress, "--create", `--file=${archive}`, ...own];
  execFileSync("tar", args, { cwd: checkout, input: uniqueNames(files) });
  const sha256 = createHash("sha256").update(readFileSync(archive)).digest("hex");
  const manifest = join(folder, "prism.yaml");
  const uri = `${url.replace(/\/$/, "")}/${name}`;
  writeFileSync(manifest, pluginManifest({ version, uri, sha256 }));
  return { archive, manifest };
}

/** Each file once, in an order of its own: `find` meets a package within a package twice. */
function uniqueNames(names: Buffer): string {
  return [...new Set(names.toString("utf8").split("\0"))]
    .filter(Boolean)
    .toSorted()
    .map((name) => `${name}\0`)
    .join("");
}

if (import.meta.main) {
  const [folder, url] = process.argv.slice(2);
  if (folder === undefined || !/^https:\/\//.test(url ?? "") || url === undefined) {
    const line =
      "Name a folder, and where the archive will be: npm run plugin -- FOLDER https://...\n";
    process.stderr.write(line);
    process.exitCode = USAGE;
  } else {
    const { archive, manifest } = buildPlugin(CHECKOUT, resolve(folder), url);
    process.stdout.write(`${archive}\n${manifest}\n`);
  }
}
