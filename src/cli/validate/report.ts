/** Verdicts as text for people, one line a fault with its place, and as JSON. */
import type { Place } from "../../../schemas/yaml/yaml-stream.ts";
import type { Verdict } from "./verdict.ts";

/** All verdicts, counted. */
export interface Report {
  readonly summary: {
    readonly accepted: number;
    readonly refused: number;
    readonly skipped: number;
  };
  readonly results: readonly Verdict[];
}

/** Counts the verdicts; a text that cannot be read counts as refused. */
export function reportOf(verdicts: readonly Verdict[]): Report {
  return { summary: countsOf(verdicts), results: verdicts };
}

/** `file:line:column: kind name: field: message`, and a summary at the end. */
export function reportText({ results, summary }: Report): string {
  return [...results.flatMap(linesOf), summaryOf(summary), ""].join("\n");
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

function summaryOf(counts: Report["summary"]): string {
  const parts = [`${counts.accepted} accepted`, `${counts.refused} refused`];
  if (counts.skipped > 0) {
    parts.push(`${counts.skipped} not checked`);
  }
  return parts.join(", ");
}

function countsOf(verdicts: readonly Verdict[]): Report["summary"] {
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
