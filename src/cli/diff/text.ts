/** Comparisons for people: fields with their places, then what would happen. */
import type { JsonValue } from "../../../schemas/json.ts";
import { jsonText } from "../frame/json-text.ts";
import type { Paint, PaintFormat } from "../frame/paint.ts";
import type { Comparison, FilePlace, PlacedDifference } from "./comparison.ts";
import type { Action, Effect } from "./effect.ts";

/** All comparisons, those without a difference left out, and a line that sums them up. */
export function comparisonText(comparisons: readonly Comparison[], paint: Paint): string {
  const blocks = comparisons.filter(({ change }) => change !== "none");
  if (blocks.length === 0) return "nothing differs\n";
  return [...blocks.map((block) => blockText(block, paint)), summaryOf(blocks), ""].join("\n");
}

function blockText(comparison: Comparison, paint: Paint): string {
  const { object, change, fields, refusals, effects } = comparison;
  const title = change === "changed" ? object : `${object} (${change})`;
  const lines = [
    paint("bold", title),
    ...fields.map((field) => `  ${fieldLine(field, paint)}`),
    ...refusals.map(
      ({ place, field, message }) =>
        `  ${paint("red", "refused:")} ${at(place)}: ${field === "" ? "" : `${field}: `}${message}`,
    ),
    ...(effects.length > 0 ? ["  what happens:"] : []),
    ...effects.map((effect) => `    ${effectLine(effect, paint)}`),
    "",
  ];
  return lines.join("\n");
}

const SIGNS = { added: "+", removed: "-", changed: "~" } as const;
const SIGN_COLORS: Readonly<Record<PlacedDifference["kind"], PaintFormat>> = {
  added: "green",
  removed: "red",
  changed: "yellow",
};

function fieldLine(difference: PlacedDifference, paint: Paint): string {
  const { kind, field, before, after, beforePlace, afterPlace } = difference;
  const values = [before, after].filter((value) => value !== undefined).map(shown);
  const place = afterPlace ?? beforePlace;
  const where = place === undefined ? "" : paint("dim", `  ${at(place)}`);
  return `${paint(SIGN_COLORS[kind], `${SIGNS[kind]} ${field}`)}: ${values.join(" -> ")}${where}`;
}

/** Longer values are cut: the place leads to them. */
const MOST_CHARS = 80;

function shown(value: JsonValue): string {
  const text = jsonText(value).replaceAll(/\s+/g, " ").trim();
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}...` : text;
}

function at({ file, line, column }: FilePlace): string {
  return `${file}:${line}:${column}`;
}

const ACTION_COLORS: Readonly<Record<Action, PaintFormat>> = {
  create: "green",
  update: "dim",
  scale: "yellow",
  resize: "yellow",
  restart: "yellow",
  replace: "red",
  delete: "red",
  keep: "dim",
};
/** A line holds so many fields of a child. */
const MOST_FIELDS = 3;

function effectLine(effect: Effect, paint: Paint): string {
  const { action, kind, name, component, pods, because } = effect;
  const many = pods === undefined ? "" : `, ${pods} ${pods === 1 ? "pod" : "pods"}`;
  const fields = because.slice(0, MOST_FIELDS).map(({ field }) => field);
  const more = because.length > MOST_FIELDS ? ` and ${because.length - MOST_FIELDS} more` : "";
  const why = fields.length === 0 ? "" : `: ${fields.join(", ")}${more}`;
  return `${paint(ACTION_COLORS[action], action.padEnd("restart".length))} ${kind} ${name} (${component}${many})${why}`;
}

function summaryOf(comparisons: readonly Comparison[]): string {
  const counts = new Map<string, number>();
  for (const { action } of comparisons.flatMap(({ effects }) => effects)) {
    counts.set(action, (counts.get(action) ?? 0) + 1);
  }
  const effects = [...counts].map(([action, count]) => `${count} ${action}`);
  const refused = comparisons.filter(({ refusals }) => refusals.length > 0).length;
  const parts = [
    `${comparisons.length} ${comparisons.length === 1 ? "object differs" : "objects differ"}`,
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...effects,
  ];
  return parts.join(", ");
}
