/** Durations as kubectl and Go write them: `90s`, `10m`, `2h30m`. */
import type { ReadText } from "../frame/option.ts";

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const FORM = /^(\d{1,9}(ms|s|m|h|d))+$/;

/** Milliseconds, more than zero. */
export function readDuration(text: string): ReadText<number> {
  const isForm = FORM.test(text);
  const parts = isForm ? [...text.matchAll(/(\d+)(ms|s|m|h|d)/g)] : [];
  const ms = parts.reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
  if (ms > 0) return { kind: "read", value: ms };
  return { kind: "wrong", message: "write a number and a unit, such as 30s, 10m or 2h" };
}

/** How long ago, as kubectl prints an age: at most two units. */
export function age(fromIso: string, toIso: string): string {
  const seconds = Math.round((Date.parse(toIso) - Date.parse(fromIso)) / 1_000);
  if (Number.isNaN(seconds)) return "?";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
