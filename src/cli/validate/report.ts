/** Verdicts as text for people, one line a fault with its place, and as JSON. */
import type { Place } from "../../../schemas/yaml/yaml-stream.ts";
import type { Verdict } from "./verdict.ts";

/** `file:line:column: kind name: field: message`, and a summary at the end. */
export function reportText(verdicts: readonly Verdict[]): string {
  return [...verdicts.flatMap(linesOf), summaryOf(verdicts), ""].join("\n");
}

/** All verdicts in one JSON document. */
export function reportJson(verdicts: readonly Verdict[]): string {
  return `${JSON.stringify({ summary: countsOf(verdicts), results: verdicts }, null, 2)}\n`;
}

function linesOf(verdict: Verdict): string[] {
  if (verdict.kind === "malformed") {
    return [`${at(verdict.file, verdict.place)}: error: ${verdict.message}`];
  }
  const title = `${verdict.objectKind} ${verdict.name}`;
  if (verdict.kind === "skipped") {
    const kind = `${verdict.apiVersion} ${title}`.trim();
    return [`${at(verdict.file, verdict.place)}: not checked: no CRD for ${kind}`];
  }
  return [
    ...faultLines(verdict, title),
    ...verdict.warnings.map(
      ({ place, text }) => `${at(verdict.file, place)}: warning: ${title}: ${text}`,
    ),
    ...verdict.unevaluated.map(
      ({ path, what }) =>
        `${at(verdict.file, verdict.place)}: warning: ${title}: a rule at ${path} was not checked: ${what}`,
    ),
  ];
}

function faultLines(
  verdict: Extract<Verdict, { kind: "accepted" | "refused" }>,
  title: string,
): string[] {
  if (verdict.kind === "accepted") {
    return [];
  }
  return verdict.causes.length === 0
    ? [`${at(verdict.file, verdict.place)}: error: ${title}: ${verdict.message}`]
    : verdict.causes.map(
        ({ place, field, message }) =>
          `${at(verdict.file, place)}: error: ${title}: ${field === "<nil>" ? "" : `${field}: `}${message}`,
      );
}

function summaryOf(verdicts: readonly Verdict[]): string {
  const counts = countsOf(verdicts);
  const parts = [`${counts.accepted} accepted`, `${counts.refused} refused`];
  if (counts.skipped > 0) {
    parts.push(`${counts.skipped} not checked`);
  }
  return parts.join(", ");
}

function countsOf(verdicts: readonly Verdict[]) {
  const count = (...kinds: readonly Verdict["kind"][]) =>
    verdicts.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    accepted: count("accepted"),
    refused: count("refused", "malformed"),
    skipped: count("skipped"),
  };
}

function at(file: string, { line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
