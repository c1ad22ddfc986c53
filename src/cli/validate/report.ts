/** Verdicts as text for people, one line a fault with its place, and as JSON. */
import type { Place } from "../../../schemas/yaml/yaml-stream.ts";
import type { Paint } from "../frame/paint.ts";
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
export function reportText({ results, summary }: Report, paint: Paint): string {
  const lines = results.flatMap((verdict) => linesOf(verdict, paint));
  return [...lines, summaryOf(summary), ""].join("\n");
}

function linesOf(verdict: Verdict, paint: Paint): string[] {
  const error = paint("red", "error:");
  const warning = paint("yellow", "warning:");
  if (verdict.kind === "malformed") {
    return [`${at(verdict.file, verdict.place)}: ${error} ${verdict.message}`];
  }
  const title = `${verdict.objectKind} ${verdict.name}`.trim() || "object";
  if (verdict.kind === "skipped") {
    const kind = `${verdict.apiVersion} ${title}`.trim();
    return [`${at(verdict.file, verdict.place)}: not checked: no CRD for ${kind}`];
  }
  return [
    ...(verdict.kind === "refused" ? faultLines(verdict, title, paint) : []),
    ...verdict.warnings.map(
      ({ place, text }) => `${at(verdict.file, place)}: ${warning} ${title}: ${text}`,
    ),
    ...verdict.unevaluated.map(
      ({ path, what }) =>
        `${at(verdict.file, verdict.place)}: ${warning} ${title}: a rule at ${path} was not checked: ${what}`,
    ),
  ];
}

function faultLines(
  verdict: Extract<Verdict, { kind: "refused" }>,
  title: string,
  paint: Paint,
): string[] {
  const error = `${paint("red", "error:")} ${title}:`;
  if (verdict.causes.length === 0) {
    return [`${at(verdict.file, verdict.place)}: ${error} ${verdict.message}`];
  }
  return verdict.causes.flatMap(({ place, field, message, advice }) => [
    `${at(verdict.file, place)}: ${error} ${field === "<nil>" ? "" : `${field}: `}${message}`,
    ...(advice === undefined ? [] : [paint("dim", `    ${advice}`)]),
  ]);
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
