/** The page of refusals and warnings: what each file of the fixtures is told, by the judge itself. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { CrdSet } from "../../src/cli/manifest/crd-set.ts";
import { manifestsOf } from "../../src/cli/manifest/manifest.ts";
import { judge, type Verdict } from "../../src/cli/validate/verdict.ts";
import { GENERATED } from "./banner.ts";

interface Said {
  readonly rule: string;
  readonly versions: string[];
  readonly lines: readonly string[];
}

/** A row for each rule, with the words of its newest version. */
export async function refusalsPage(): Promise<string> {
  const crds = await CrdSet.read([]);
  return [
    "# Refusals and warnings",
    "",
    GENERATED,
    "",
    "What `kubectl apply` answers, rule by rule; `prismctl validate` says the same with line and column. Values are those of the examples in `test/fixtures/`.",
    "",
    "## Refused",
    "",
    ...table(saidOf("test/fixtures/invalid", crds)),
    "## Accepted with a warning",
    "",
    ...table(saidOf("test/fixtures/warned", crds)),
  ].join("\n");
}

function table(rows: readonly Said[]): string[] {
  return [
    "| case | versions | answer |",
    "| --- | --- | --- |",
    ...rows.map(({ rule, versions, lines }) => {
      const answer = lines.map((line) => asText(line));
      return `| ${rule} | ${versions.join(", ")} | ${answer.join("<br>")} |`;
    }),
    "",
  ];
}

/** Patterns in messages look like tables, tags and links. */
function asText(line: string): string {
  return line.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("](", "]\\(");
}

function saidOf(folder: string, crds: CrdSet): readonly Said[] {
  const found = new Map<string, Said>();
  for (const file of globSync(`${folder}/*.yaml`).toSorted()) {
    const [rule = "", version = ""] = basename(file).split(".");
    const text = readFileSync(file, "utf8");
    // Such a case needs another object in the cluster.
    const lines = linesOf(file, text, crds);
    if (lines.length === 0) continue;
    const known = found.get(rule)?.versions ?? [];
    found.set(rule, { rule, versions: [...known, version], lines });
  }
  return [...found.values()];
}

function linesOf(file: string, text: string, crds: CrdSet): readonly string[] {
  const manifests = manifestsOf(file, text);
  const options = { crds, fieldValidation: "ignore", hasWebhooks: true } as const;
  const [verdict] = judge(options, manifests.slice(-1), manifests.slice(0, -1).slice(0, 1));
  return verdict === undefined ? [] : saidBy(verdict);
}

function saidBy(verdict: Verdict): readonly string[] {
  if (verdict.kind === "refused") {
    return verdict.causes.map(({ field, message }) => `\`${field}\`: ${message}`);
  }
  return verdict.kind === "accepted" ? verdict.warnings.map(({ text }) => text) : [];
}
