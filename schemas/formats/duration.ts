/** Durations of Go (`1h30m`) and of Scala (`3 days`) (kube-openapi pkg/validation/strfmt/duration.go). */

const GO_DURATION = /^[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const GO_PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g;
const GO_ZERO = /^[-+]?0$/;
const NANOSECONDS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1000n],
  ["µs", 1000n],
  ["μs", 1000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);
const DIGITS = /\d+/g;
/** What may follow a number; two patterns, since one for both would try every digit as a start. */
const SCALA_UNIT = /[\t\n\f\r ]*([A-Za-zµ]+)/y;
/** The exact names of units; the last of each line also stands for every longer word (`min` for `minutes`). */
const SCALA_NAMES: ReadonlySet<string> = new Set([
  "ns",
  "us",
  "µs",
  "ms",
  "s",
  "m",
  "h",
  "hr",
  "d",
  "w",
  "wk",
]);
const SCALA_PREFIXES = ["nano", "micro", "milli", "sec", "min", "hour", "day", "week"];
const INT64_MAX = 2n ** 63n - 1n;

/** True for a duration in either form; text around Scala's is ignored, as in strfmt (`PT1H` is `1H`). */
export function isDuration(text: string): boolean {
  return isGoDuration(text) || isScalaDuration(text);
}

function isGoDuration(text: string): boolean {
  if (GO_ZERO.test(text)) {
    return true;
  }
  // The pattern has one reading for every text; the length is bounded all the same, far above any sensible value.
  if (text.length > 1000 || !GO_DURATION.test(text)) {
    return false;
  }
  let total = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of text.matchAll(GO_PART)) {
    const scale = NANOSECONDS.get(unit) ?? 0n;
    const shortFraction = fraction.slice(0, 18);
    total += BigInt(whole) * scale;
    total += (BigInt(shortFraction) * scale) / 10n ** BigInt(shortFraction.length);
  }
  return total <= INT64_MAX + (text.startsWith("-") ? 1n : 0n);
}

function isScalaDuration(text: string): boolean {
  let hasUnit = false;
  for (const digits of text.matchAll(DIGITS)) {
    SCALA_UNIT.lastIndex = digits.index + digits[0].length;
    const unit = SCALA_UNIT.exec(text)?.[1];
    if (unit === undefined) {
      continue;
    }
    if (isBeyondInt64(digits[0])) {
      return false;
    }
    hasUnit ||= isScalaUnit(unit.toLowerCase());
  }
  return hasUnit;
}

function isBeyondInt64(digits: string): boolean {
  const significant = digits.replace(/^0+/, "");
  return significant.length > 19 || BigInt(significant) > INT64_MAX;
}

function isScalaUnit(unit: string): boolean {
  return SCALA_NAMES.has(unit) || SCALA_PREFIXES.some((prefix) => unit.startsWith(prefix));
}
