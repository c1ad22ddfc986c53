/**
 * `npm run sbom`: what the image holds, as SPDX 2.3 JSON on standard output. Not `npm sbom --omit dev`: npm 11.19 leaves out packages that a development
 * dependency needs as well, `yaml` among them.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson, textAt, valueAt } from "../control-plane/json-value.ts";
import { productionPackages } from "./production-packages.ts";

const ROOT = "SPDXRef-operator";

/** The SPDX document of a checkout. `createdAt` is the only part that is not decided by its lock file and Node's version. */
export function sbomOf(checkout: string, nodeVersion: string, createdAt: Date): object {
  const read = (path: string): unknown => parseJson(readFileSync(join(checkout, path), "utf8"));
  const own: unknown = read("package.json");
  const lock = valueAt(read("package-lock.json"), "packages");
  const name = textAt(own, "name");
  const version = textAt(own, "version");
  const packages = [
    described(ROOT, {
      name,
      version,
      licence: textAt(own, "license"),
      purl: `pkg:npm/${name}@${version}`,
    }),
    described("SPDXRef-node", {
      name: "node",
      version: nodeVersion,
      licence: "MIT",
      purl: `pkg:github/nodejs/node@v${nodeVersion}`,
    }),
    ...distinctPackages(checkout, lock, read),
  ];
  const digest = createHash("sha256").update(JSON.stringify(packages)).digest("hex");
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: `${name}-${version}`,
    documentNamespace: `https://github.com/jrepp/prism-operator/sbom/${version}/${digest}`,
    creationInfo: {
      created: createdAt.toISOString().replace(/\.\d+Z$/, "Z"),
      creators: [`Tool: ${name}-${version}`],
    },
    packages,
    relationships: [
      {
        spdxElementId: "SPDXRef-DOCUMENT",
        relationshipType: "DESCRIBES",
        relatedSpdxElement: ROOT,
      },
      ...packages.slice(1).map(({ SPDXID }) => ({
        spdxElementId: ROOT,
        relationshipType: "DEPENDS_ON",
        relatedSpdxElement: SPDXID,
      })),
    ],
  };
}

interface Facts {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly purl: string;
  /** As in a lock file: `sha512-` and base64. */
  readonly integrity?: string;
}

function distinctPackages(checkout: string, lock: unknown, read: (path: string) => unknown) {
  const byPurl = new Map<string, ReturnType<typeof described>>();
  for (const path of productionPackages(checkout)) {
    const manifest = read(join(path, "package.json"));
    const name = textAt(manifest, "name");
    const version = textAt(manifest, "version");
    const purl = `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
    const id = `SPDXRef-${`${name}-${version}`.replaceAll(/[^A-Za-z0-9.-]+/g, "-").replace(/^-/, "")}`;
    const integrity = textAt(lock, path, "integrity");
    byPurl.set(
      purl,
      described(id, { name, version, licence: textAt(manifest, "license"), purl, integrity }),
    );
  }
  return [...byPurl.values()];
}

function described(id: string, { name, version, licence, purl, integrity = "" }: Facts) {
  const [, sha512 = ""] = /^sha512-(.+)$/.exec(integrity) ?? [];
  const checksumValue = Buffer.from(sha512, "base64").toString("hex");
  return {
    SPDXID: id,
    name,
    versionInfo: version,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseDeclared: licence === "" ? "NOASSERTION" : licence,
    externalRefs: [
      { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl },
    ],
    ...(sha512 === "" ? {} : { checksums: [{ algorithm: "SHA512", checksumValue }] }),
  };
}

if (import.meta.main) {
  const document = sbomOf(join(import.meta.dirname, "../.."), process.versions.node, new Date());
  process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
}
