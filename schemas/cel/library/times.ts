/** Parts of timestamps and durations: cel-go's common/stdlib and types/duration.go. */
import { CelError, type CelValue } from "../values/cel-value.ts";
import { CelDuration, CelTimestamp, NANOS_PER_SECOND } from "../values/time.ts";
import { type CelFunction, instance, member, string, takes1, takes2 } from "./function.ts";

const timestamp = instance(CelTimestamp);
const duration = instance(CelDuration);
const DAY_MS = 86_400_000;

/** The parts of a time; the date holds the local time of the zone as if it were UTC. */
const PARTS: Readonly<Record<string, (local: Date) => number>> = {
  getFullYear: (local) => local.getUTCFullYear(),
  getMonth: (local) => local.getUTCMonth(),
  getDayOfYear: (local) => Math.floor((local.getTime() - startOfYear(local)) / DAY_MS),
  getDayOfMonth: (local) => local.getUTCDate() - 1,
  getDate: (local) => local.getUTCDate(),
  getDayOfWeek: (local) => local.getUTCDay(),
  getHours: (local) => local.getUTCHours(),
  getMinutes: (local) => local.getUTCMinutes(),
  getSeconds: (local) => local.getUTCSeconds(),
  getMilliseconds: (local) => local.getUTCMilliseconds(),
};

/** Nanoseconds of a duration's unit. */
const UNITS: Readonly<Record<string, bigint>> = {
  getHours: 3600n * NANOS_PER_SECOND,
  getMinutes: 60n * NANOS_PER_SECOND,
  getSeconds: NANOS_PER_SECOND,
  getMilliseconds: 1_000_000n,
};

/** getFullYear to getMilliseconds, in UTC or a zone; the last four of a duration too. */
export function timeFunctions(): CelFunction[] {
  return Object.entries(PARTS).flatMap(([name, part]) => {
    const unit = UNITS[name];
    return member(
      name,
      takes1(timestamp, (time) => part(localTime(time, 0))),
      takes2(timestamp, string, (time, zone) => partInZone(time, zone, part)),
      ...(unit === undefined ? [] : [takes1(duration, ({ nanos }) => Number(nanos / unit))]),
    );
  });
}

function startOfYear(local: Date): number {
  return new Date(0).setUTCFullYear(local.getUTCFullYear(), 0, 1);
}

function localTime(time: CelTimestamp, offsetSeconds: number): Date {
  const ms = time.nanos / 1_000_000n - (time.nanos % 1_000_000n < 0n ? 1n : 0n);
  return new Date(Number(ms) + offsetSeconds * 1000);
}

function partInZone(time: CelTimestamp, zone: string, part: (local: Date) => number): CelValue {
  const offset = zone.includes(":") ? fixedOffset(zone) : namedOffset(time, zone);
  return typeof offset === "number" ? part(localTime(time, offset)) : offset;
}

function fixedOffset(zone: string): number | CelError {
  const [hours = "", minutes = ""] = [
    zone.slice(0, zone.indexOf(":")),
    zone.slice(zone.indexOf(":") + 1),
  ];
  for (const digits of [hours, minutes]) {
    if (!/^[+-]?\d+$/.test(digits)) {
      return new CelError(`strconv.Atoi: parsing ${JSON.stringify(digits)}: invalid syntax`);
    }
  }
  const sign = zone.startsWith("-") ? -1 : 1;
  return (Number(hours) * 60 + sign * Number(minutes)) * 60;
}

/** The offset of an IANA zone at that time, in seconds. */
function namedOffset(time: CelTimestamp, zone: string): number | CelError {
  if (zone === "" || zone === "UTC" || zone === "Local") {
    return 0;
  }
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    return offsetFrom(format.formatToParts(localTime(time, 0)), localTime(time, 0));
  } catch {
    return new CelError(`unknown time zone ${zone}`);
  }
}

function offsetFrom(parts: readonly Intl.DateTimeFormatPart[], utc: Date): number {
  const number = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = new Date(0);
  local.setUTCFullYear(number("year"), number("month") - 1, number("day"));
  local.setUTCHours(number("hour"), number("minute"), number("second"));
  return Math.round((local.getTime() - Math.floor(utc.getTime() / 1000) * 1000) / 1000);
}
