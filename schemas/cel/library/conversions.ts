/** Conversions between types: the ConvertToType of cel-go's types. */
import { goFloat } from "../../go-text.ts";
import { CelDouble, CelError, CelUint, type CelValue } from "../values/cel-value.ts";
import { INT64_MAX, INT64_MIN, type Int, toInt, toUint, UINT64_MAX } from "../values/integer.ts";
import {
  CelDuration,
  CelTimestamp,
  durationText,
  NANOS_PER_SECOND,
  timestampText,
  toTimestamp,
  unixSeconds,
} from "../values/time.ts";
import { parseGoDuration, parseRfc3339 } from "../values/time-parser.ts";
import { decodeUtf8 } from "./bytes-text.ts";
import { bool, type CelFunction, global, instance, int, string, takes1 } from "./function.ts";

const double = instance(CelDouble);
const uint = instance(CelUint);
const bytes = instance(Uint8Array);
const duration = instance(CelDuration);
const timestamp = instance(CelTimestamp);
const same = <T extends CelValue>(value: T): T => value;

/** bool, bytes, double, duration, int, string, timestamp, uint. */
export function conversionFunctions(): CelFunction[] {
  return [
    ...numberConversions(),
    ...stringConversions(),
    ...global("bool", takes1(bool, same), takes1(string, stringToBool)),
    ...global("bytes", takes1(bytes, same), takes1(string, stringToBytes)),
    ...global("duration", takes1(duration, same), takes1(string, stringToDuration)),
    ...global(
      "timestamp",
      takes1(timestamp, same),
      takes1(int, intToTimestamp),
      takes1(string, stringToTimestamp),
    ),
  ];
}

function numberConversions(): CelFunction[] {
  return [
    ...global(
      "int",
      takes1(int, same),
      takes1(double, doubleToInt),
      takes1(duration, ({ nanos }) => toInt(nanos)),
      takes1(string, stringToInt),
      takes1(timestamp, (time) => toInt(unixSeconds(time))),
      takes1(uint, ({ value }) => toInt(value)),
    ),
    ...global(
      "uint",
      takes1(uint, same),
      takes1(double, doubleToUint),
      takes1(int, (value) => toUint(BigInt(value))),
      takes1(string, stringToUint),
    ),
    ...global(
      "double",
      takes1(double, same),
      takes1(int, intToDouble),
      takes1(string, stringToDouble),
      takes1(uint, ({ value }) => new CelDouble(Number(value))),
    ),
  ];
}

function stringConversions(): CelFunction[] {
  return global(
    "string",
    takes1(string, same),
    takes1(bool, String),
    takes1(bytes, bytesToString),
    takes1(double, ({ value }) => goFloat(value)),
    takes1(duration, durationText),
    takes1(int, String),
    takes1(timestamp, timestampText),
    takes1(uint, ({ value }) => String(value)),
  );
}

function stringToBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

function noConversion(from: string, to: string): CelError {
  return new CelError(`type conversion error from '${from}' to '${to}'`);
}

/** What Go's strconv.ParseBool takes. */
const TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE = new Set(["0", "f", "F", "FALSE", "false", "False"]);

function stringToBool(text: string): CelValue {
  return TRUE.has(text) || (FALSE.has(text) ? false : noConversion("string", "bool"));
}

function intToDouble(value: Int): CelDouble {
  return new CelDouble(Number(value));
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** An underscore that does not stand between digits. */
const BAD_UNDERSCORE = /(?<![0-9a-fA-FxX])_|_(?![0-9a-fA-F])/;

/** Go's strconv.ParseFloat: decimal, hexadecimal with exponent, inf, infinity and nan; out of range is an error. */
function stringToDouble(text: string): CelValue {
  const special = specialFloat(text);
  if (special !== undefined) {
    return new CelDouble(special);
  }
  const digits = BAD_UNDERSCORE.test(text) ? "" : text.replaceAll("_", "");
  const value = DECIMAL.test(digits) ? Number(digits) : parseHexFloat(digits);
  return Number.isFinite(value) ? new CelDouble(value) : noConversion("string", "double");
}

function specialFloat(text: string): number | undefined {
  if (/^nan$/i.test(text)) {
    return Number.NaN;
  }
  const sign = /^([+-]?)inf(?:inity)?$/i.exec(text)?.[1];
  return sign === undefined ? undefined : sign === "-" ? -Infinity : Infinity;
}

function parseHexFloat(text: string): number {
  const match = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/.exec(text);
  const [, sign = "", whole = "", fraction = "", power = "0"] = match ?? [];
  if (match === null || whole + fraction === "") {
    return NaN;
  }
  const value =
    Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(power) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

function stringToDuration(text: string): CelValue {
  return parseGoDuration(text) ?? noConversion("string", "google.protobuf.Duration");
}

const INT_OVERFLOW = new CelError("integer overflow");
const UINT_OVERFLOW = new CelError("unsigned integer overflow");

/** Truncates; the ends of int64 themselves are refused, as doubles cannot tell them from beyond. */
function doubleToInt({ value }: CelDouble): CelValue {
  return Number.isFinite(value) && value > Number(INT64_MIN) && value < Number(INT64_MAX)
    ? toInt(BigInt(Math.trunc(value)))
    : INT_OVERFLOW;
}

function doubleToUint({ value }: CelDouble): CelValue {
  return Number.isFinite(value) && value >= 0 && value < Number(UINT64_MAX)
    ? toUint(BigInt(Math.trunc(value)))
    : UINT_OVERFLOW;
}

function stringToInt(text: string): CelValue {
  const value = /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, "")) : undefined;
  return value === undefined || value < INT64_MIN || value > INT64_MAX
    ? noConversion("string", "int")
    : toInt(value);
}

function stringToUint(text: string): CelValue {
  const value = /^\d+$/.test(text) ? BigInt(text) : undefined;
  return value === undefined || value > UINT64_MAX ? noConversion("string", "uint") : toUint(value);
}

function bytesToString(value: Uint8Array): CelValue {
  return decodeUtf8(value) ?? new CelError("invalid UTF-8 in bytes, cannot convert to string");
}

function intToTimestamp(seconds: Int): CelValue {
  return toTimestamp(BigInt(seconds) * NANOS_PER_SECOND, 0);
}

function stringToTimestamp(text: string): CelValue {
  const time = parseRfc3339(text);
  return time === undefined
    ? noConversion("string", "google.protobuf.Timestamp")
    : toTimestamp(time.nanos, time.offsetMinutes);
}
