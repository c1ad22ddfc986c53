import type { EmbeddedJudge } from "../../embedded-judge.ts";
import { type FieldPath, printPath } from "../../field-path.ts";
import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";
import { isRecord, type JsonRecord, valueAt } from "../../json-object.ts";
import { placeIn, withOverrides } from "../overrides.ts";

/** Longest template and overrides as JSON: every member's result is judged while the API server waits. */
const LONGEST_TEMPLATE = 128 * 1024;
const LONGEST_OVERRIDES = 16 * 1024;

/** What a member would get, with where each part of it was said. */
interface Result {
  readonly object: JsonRecord;
  readonly template: JsonNode;
  readonly overrides: JsonNode | undefined;
}

/**
 * Judges what every member would get as the PrismCluster that it would be. A fault is told once: under the member's
 * overrides where those say it, else under the template.
 */
export function checkTemplate(
  federation: JsonNode,
  old: JsonNode | undefined,
  judge: EmbeddedJudge | undefined,
  findings: Findings,
): void {
  if (judge === undefined || !isShort(federation, findings)) return;
  const before = new Map(old === undefined ? [] : resultsOf(old));
  const told = new Set<string>();
  const plain = new Set<boolean>();
  for (const [name, result] of resultsOf(federation)) {
    const earlier = before.get(name);
    const isPlain = result.overrides === undefined && earlier?.overrides === undefined;
    // Members without overrides get the same, whether all of them are new or all were there.
    if (isPlain && plain.has(earlier !== undefined)) continue;
    if (isPlain) plain.add(earlier !== undefined);
    tell(result, judge(result.object, earlier?.object), told, findings);
  }
}

function tell(
  result: Result,
  verdict: ReturnType<EmbeddedJudge>,
  told: Set<string>,
  findings: Findings,
): void {
  const isNew = (path: FieldPath, message: string): boolean => {
    const id = JSON.stringify([path, message]);
    return !told.has(id) && told.add(id).has(id);
  };
  for (const problem of verdict.problems) {
    const path = placeOf(problem.path, result);
    const message = problem.message.replaceAll(printPath(problem.path), printPath(path));
    if (isNew(path, message)) findings.problems.push({ ...problem, path, message });
  }
  for (const warning of verdict.warnings) {
    const path = placeOf(warning.path, result);
    if (isNew(path, warning.message)) findings.warn(path, warning.message);
  }
}

/** Where a user wrote what stands at a path of the result. */
function placeOf(path: FieldPath, { object, template, overrides }: Result): FieldPath {
  const [first, ...rest] = path;
  if (first !== "spec") return [...template.path, ...path];
  const merged = object["spec"];
  if (overrides !== undefined) {
    const place = rest.length === 0 ? undefined : placeIn(overrides.value, merged, rest);
    if (place !== undefined) return [...overrides.path, ...place];
  }
  const place = placeIn(valueAt(template.value, ["spec"]), merged, rest) ?? rest;
  return [...template.path, "spec", ...place];
}

/** What each member would get, by its name; without a template nothing. */
function resultsOf(federation: JsonNode): readonly (readonly [string, Result])[] {
  const template = federation.at("spec", "template");
  const spec = template.at("spec").value;
  if (!isRecord(spec)) return [];
  const { name: own, namespace } = metadataOf(federation);
  return federation
    .at("spec", "clusters")
    .items()
    .map((member) => {
      const overrides = member.at("overrides");
      const changes = isRecord(overrides.value) ? overrides.value : undefined;
      const object: JsonRecord = {
        apiVersion: template.textAt("apiVersion"),
        kind: "PrismCluster",
        metadata: {
          name: template.at("metadata").textAt("name") ?? own,
          namespace: member.textAt("namespace") ?? namespace,
        },
        spec: withOverrides(spec, changes),
      };
      const result = { object, template, overrides: changes && overrides };
      return [member.textAt("name") ?? "", result] as const;
    });
}

/** A name that is generated is not known yet. */
function metadataOf(federation: JsonNode): { readonly name: string; readonly namespace: string } {
  const metadata = federation.at("metadata");
  const name = metadata.textAt("name") ?? "generated";
  return { name, namespace: metadata.textAt("namespace") ?? "default" };
}

function isShort(federation: JsonNode, findings: Findings): boolean {
  const parts = [
    { node: federation.at("spec", "template", "spec"), most: LONGEST_TEMPLATE },
    ...federation
      .at("spec", "clusters")
      .items()
      .map((member) => ({ node: member.at("overrides"), most: LONGEST_OVERRIDES })),
  ];
  const long = parts.filter(({ node, most }) => (textOf(node.value)?.length ?? 0) > most);
  for (const { node, most } of long) {
    const message = `Too long: may have at most ${most} characters as JSON`;
    const reason = "FieldValueTooLong";
    findings.problems.push({ path: node.path, reason, message, rule: "template-size" });
  }
  return long.length === 0;
}

/** Numbers beyond those of JavaScript come as bigint. */
function textOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "bigint" ? String(part) : part,
  );
}
