/** Reads durations and times from text with the grammar of Go's `time` package and of kube-openapi's strfmt. */
import { CelDuration, CelTimestamp, NANOS_PER_SECOND } from "./time.ts";

const NANOS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["µs", 1_000n],
  ["μs", 1_000n],
  ["ms", 1_000_000n],
  ["s", NANOS_PER_SECOND],
  ["m", 60n * NANOS_PER_SECOND],
  ["h", 3600n * NANOS_PER_SECOND],
]);
/** Of an int64; leading zeros are rare enough. */
const MAX_DIGITS = 19;
const DURATION_PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;
const MAX_INT64 = 2n ** 63n;

/** Go's time.ParseDuration: `1h30m`, `-1.5s`, `0`; undefined when it is refused there. */
export function parseGoDuration(text: string): CelDuration | undefined {
  const negative = text.startsWith("-");
  const body = negative || text.startsWith("+") ? text.slice(1) : text;
  if (body === "0") {
    return new CelDuration(0n);
  }
  const nanos = durationNanos(body);
  if (nanos === undefined || nanos > MAX_INT64 || (nanos === MAX_INT64 && !negative)) {
    return undefined;
  }
  return new CelDuration(negative ? -nanos : nanos);
}

function durationNanos(body: string): bigint | undefined {
  let total = 0n;
  DURATION_PART.lastIndex = 0;
  do {
    const nanos = partNanos(DURATION_PART.exec(body));
    if (nanos === undefined) {
      return undefined;
    }
    total += nanos;
  } while (DURATION_PART.lastIndex < body.length);
  return total;
}

function partNanos(part: RegExpExecArray | null): bigint | undefined {
  const [, whole = "", fraction = "", unit = ""] = part ?? [];
  const size = NANOS.get(unit);
  if (size === undefined || whole + fraction === "" || whole.length > MAX_DIGITS) {
    return undefined;
  }
  return BigInt(whole || "0") * size + fractionNanos(fraction, size);
}

function fractionNanos(fraction: string, unit: bigint): bigint {
  // Go keeps the digits that fit int64, 18 of them always do
  const digits = fraction.slice(0, 18);
  return digits === "" ? 0n : (BigInt(digits) * unit) / 10n ** BigInt(digits.length);
}

const LOOSE_PART = /(\d+)\s*([A-Za-zµ]+)/g;
const DAY = 86400n * NANOS_PER_SECOND;
/** Exact spellings of a unit and, last, the prefix that also counts: kube-openapi's strfmt/duration.go. */
const LOOSE_UNITS: readonly (readonly [bigint, readonly string[]])[] = [
  [1n, ["ns", "nano"]],
  [1_000n, ["us", "µs", "micro"]],
  [1_000_000n, ["ms", "milli"]],
  [NANOS_PER_SECOND, ["s", "sec"]],
  [60n * NANOS_PER_SECOND, ["m", "min"]],
  [3600n * NANOS_PER_SECOND, ["h", "hr", "hour"]],
  [DAY, ["d", "day"]],
  [7n * DAY, ["w", "wk", "week"]],
];

/** strfmt.ParseDuration, format `duration`: Go's grammar, else every `3 days`, `PT1H` found anywhere in the text. */
export function parseFormatDuration(text: string): CelDuration | undefined {
  const exact = parseGoDuration(text);
  if (exact !== undefined) {
    return exact;
  }
  let total = 0n;
  let found = false;
  for (const [, count = "", unit = ""] of text.matchAll(LOOSE_PART)) {
    if (BigInt(count) >= MAX_INT64) {
      return undefined;
    }
    for (const [nanos, names] of LOOSE_UNITS) {
      const hits = looseHits(unit.toLowerCase(), names);
      found ||= hits > 0;
      total += BigInt(hits) * BigInt(count) * nanos;
    }
  }
  return found ? new CelDuration(BigInt.asIntN(64, total)) : undefined;
}

function looseHits(unit: string, names: readonly string[]): number {
  const last = names.at(-1) ?? "";
  return names.filter((name) => name === unit || (name === last && unit.startsWith(name))).length;
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)?$/;

/** Go's time.Parse with RFC3339: seconds may have a fraction, the offset must be there. */
export function parseRfc3339(text: string): CelTimestamp | undefined {
  const match = RFC3339.exec(text);
  return match?.[8] === undefined ? undefined : timeOf(match);
}

/** strfmt.ParseDateTime, format `date-time`: RFC 3339, or without an offset (then UTC); empty is the epoch. */
export function parseFormatDateTime(text: string): CelTimestamp | undefined {
  if (text === "") {
    return new CelTimestamp(0n);
  }
  const match = RFC3339.exec(text);
  return match === null ? undefined : timeOf(match);
}

/** Format `date`: a day of the calendar, midnight UTC. */
export function parseFormatDate(text: string): CelTimestamp | undefined {
  const match = /^\d{4}-\d\d-\d\d$/.test(text) ? RFC3339.exec(`${text}T00:00:00Z`) : null;
  return match === null ? undefined : timeOf(match);
}

function timeOf(match: RegExpExecArray): CelTimestamp | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const offset = offsetMinutes(match[8] ?? "Z");
  if (!isDay || hour > 23 || minute > 59 || second > 59 || offset === undefined) {
    return undefined;
  }
  const seconds = BigInt(date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset * 60);
  const fraction = BigInt((match[7] ?? "").slice(0, 9).padEnd(9, "0"));
  return new CelTimestamp(seconds * NANOS_PER_SECOND + fraction, offset);
}

function offsetMinutes(text: string): number | undefined {
  if (text === "Z") {
    return 0;
  }
  const [hours = 0, minutes = 0] = text.slice(1).split(":").map(Number);
  if (hours > 24 || minutes > 60) {
    return undefined;
  }
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
