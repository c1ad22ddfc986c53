/** CEL timestamps and durations: nanoseconds as bigint, their arithmetic and ranges as in cel-go's common/types/overflow.go. */
import { goFixed } from "../../go-text.ts";
import { CelError } from "./cel-value.ts";

/** A length of time in nanoseconds, within int64 (about 292 years). */
export class CelDuration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A point in time as nanoseconds since the Unix epoch, and the offset its text had (it is printed with it). */
export class CelTimestamp {
  readonly nanos: bigint;
  readonly offsetMinutes: number;

  constructor(nanos: bigint, offsetMinutes = 0) {
    this.nanos = nanos;
    this.offsetMinutes = offsetMinutes;
  }
}

export const NANOS_PER_SECOND = 1_000_000_000n;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z in Unix seconds. */
const MIN_UNIX_SECONDS = -62135596800n;
const MAX_UNIX_SECONDS = 253402300799n;
const INT64_BITS = 64;

const durationOverflow = new CelError("integer overflow");
const timestampOverflow = new CelError("timestamp overflow");

/** Unix seconds, rounded down as Go's Time.Unix. */
export function unixSeconds(timestamp: CelTimestamp): bigint {
  const seconds = timestamp.nanos / NANOS_PER_SECOND;
  return timestamp.nanos % NANOS_PER_SECOND < 0n ? seconds - 1n : seconds;
}

/** The duration, or an overflow error outside int64 nanoseconds. */
export function toDuration(nanos: bigint): CelDuration | CelError {
  return BigInt.asIntN(INT64_BITS, nanos) === nanos ? new CelDuration(nanos) : durationOverflow;
}

/** The timestamp, or an overflow error outside the years 1 to 9999. */
export function toTimestamp(nanos: bigint, offsetMinutes: number): CelTimestamp | CelError {
  const timestamp = new CelTimestamp(nanos, offsetMinutes);
  const seconds = unixSeconds(timestamp);
  return seconds < MIN_UNIX_SECONDS || seconds > MAX_UNIX_SECONDS ? timestampOverflow : timestamp;
}

/** Seconds as the shortest decimal, with the unit: cel-go's string form of a duration, `5400s`. */
export function durationText(duration: CelDuration): string {
  const seconds =
    Number(duration.nanos / NANOS_PER_SECOND) + Number(duration.nanos % NANOS_PER_SECOND) / 1e9;
  return `${goFixed(seconds)}s`;
}

/** RFC 3339 with nanoseconds where there are any (Go's RFC3339Nano), in the offset the text had. */
export function timestampText(timestamp: CelTimestamp): string {
  const seconds = unixSeconds(timestamp) + BigInt(timestamp.offsetMinutes) * 60n;
  const nanos = timestamp.nanos - unixSeconds(timestamp) * NANOS_PER_SECOND;
  const date = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, "");
  const fraction = nanos === 0n ? "" : `.${String(nanos).padStart(9, "0").replace(/0+$/, "")}`;
  return date + fraction + offsetText(timestamp.offsetMinutes);
}

function offsetText(minutes: number): string {
  if (minutes === 0) {
    return "Z";
  }
  const size = Math.abs(minutes);
  const hours = String(Math.trunc(size / 60)).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${hours}:${String(size % 60).padStart(2, "0")}`;
}
