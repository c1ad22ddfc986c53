/** Reads a JSON string by its format: some formats are types of their own in CEL. */
import { goQuote } from "../../go-text.ts";
import { isObject, numberKind } from "../../json.ts";
import { CelError, type CelValue } from "./cel-value.ts";
import type { Adapter } from "./schema-map.ts";
import { parseFormatDate, parseFormatDateTime, parseFormatDuration } from "./time-parser.ts";

/** The reader of a string schema. */
export function stringAdapter(format: string): Adapter {
  const read = FORMATS.get(format);
  return (raw) => {
    if (typeof raw !== "string") {
      return new CelError(`invalid data, expected string, got ${goTypeName(raw)}`);
    }
    return read === undefined ? raw : read(raw);
  };
}

/** Go's %T of a decoded JSON value. */
export function goTypeName(raw: unknown): string {
  if (Array.isArray(raw)) {
    return "[]interface {}";
  }
  if (typeof raw === "boolean") {
    return "bool";
  }
  return numberKind(raw) ?? (isObject(raw) ? "map[string]interface {}" : typeof raw);
}

const FORMATS: ReadonlyMap<string, (text: string) => CelValue> = new Map([
  ["duration", readDuration],
  ["date", readDate],
  ["date-time", readDateTime],
  ["byte", readBase64],
]);

function readDuration(text: string): CelValue {
  const problem = `Invalid duration ${text}: unable to parse ${text} as duration`;
  return parseFormatDuration(text) ?? new CelError(problem);
}

function readDate(text: string): CelValue {
  const problem = `Invalid date formatted string ${text}: ${timeProblem("2006-01-02", text)}`;
  return parseFormatDate(text) ?? new CelError(problem);
}

function readDateTime(text: string): CelValue {
  const problem = `Invalid date-time formatted string ${text}: ${timeProblem("2006-01-02T15:04:05", text)}`;
  return parseFormatDateTime(text) ?? new CelError(problem);
}

function timeProblem(layout: string, text: string): string {
  return `parsing time ${goQuote(text)} as ${goQuote(layout)}: cannot parse`;
}

const BASE64_URL = /^[A-Za-z0-9_-]*={0,2}$/;

/** Go's base64.URLEncoding, strict about its alphabet and padding; line breaks are skipped. */
function readBase64(text: string): CelValue {
  const compact = text.replace(/[\r\n]/g, "");
  const wrong = compact.search(/[^A-Za-z0-9_\-=]/);
  if (wrong >= 0 || compact.length % 4 !== 0 || !BASE64_URL.test(compact)) {
    const at = wrong >= 0 ? wrong : Math.trunc(compact.length / 4) * 4;
    return new CelError(
      `Invalid byte formatted string ${text}: illegal base64 data at input byte ${at}`,
    );
  }
  return new Uint8Array(Buffer.from(compact, "base64url"));
}
