/** Text as Go's fmt, strconv and encoding/json print it: the API server's messages quote values in these forms. */
import { FloatLiteral, isObject, type JsonValue, numberKind } from "./json.ts";

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const QUOTED_ESCAPES = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\u0007", "\\a"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
]);
const PLAIN_ASCII = /^[ !#-[\]-~]*$/;
const HTML_ESCAPES = /[<>&\u2028\u2029]/g;

/** `%q` of a string (strconv.Quote). */
export function goQuote(text: string): string {
  if (PLAIN_ASCII.test(text)) {
    return `"${text}"`;
  }
  return `"${Array.from(text.toWellFormed(), quoteRune).join("")}"`;
}

function quoteRune(rune: string): string {
  const known = QUOTED_ESCAPES.get(rune);
  if (known !== undefined) {
    return known;
  }
  if (PRINTABLE.test(rune)) {
    return rune;
  }
  const code = rune.codePointAt(0) ?? 0;
  if (code < 0x80) {
    return `\\x${code.toString(16).padStart(2, "0")}`;
  }
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** `%v` of a float64: the shortest form, with an exponent below 1e-4 and from 1e6 on (`1e+06`, `1e-07`, `123456.7`). */
export function goFloat(value: number): string {
  if (!Number.isFinite(value)) {
    return String(value).replace("Infinity", "Inf").replace(/^I/, "+I");
  }
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  return goFixed(value);
}

/** strconv.FormatFloat(value, 'f', -1, 64): all digits, no exponent. */
export function goFixed(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  if (!text.includes("e")) {
    return text;
  }
  const [mantissa = "", exponent = "0"] = text.split("e");
  const sign = value < 0 ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  const power = Number(exponent);
  return power < 0
    ? `${sign}0.${"0".repeat(-power - 1)}${digits}`
    : `${sign}${digits.padEnd(power + 1, "0")}`;
}

/** json.Marshal: keys in byte order, `<`, `>` and `&` escaped, floats in their shortest form. */
export function goJson(value: JsonValue): string {
  if (typeof value === "string") {
    return goJsonString(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(goJson).join(",")}]`;
  }
  if (isObject(value)) {
    const members = Object.keys(value)
      .sort(compareCodePoints)
      .map((key) => `${goJsonString(key)}:${goJson(value[key] ?? null)}`);
    return `{${members.join(",")}}`;
  }
  return goJsonScalar(value);
}

function goJsonScalar(value: null | boolean | number | bigint | FloatLiteral): string {
  if (value instanceof FloatLiteral) {
    return Object.is(value.value, -0) ? "-0" : String(value.value);
  }
  return String(value === 0 ? 0 : value);
}

function goJsonString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    HTML_ESCAPES,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `%v` of a decoded JSON value: `map[a:1 b:[x y]]`, `<nil>`, strings as they are. */
export function goValue(value: JsonValue): string {
  if (Array.isArray(value)) {
    return `[${value.map(goValue).join(" ")}]`;
  }
  if (isObject(value)) {
    const members = Object.keys(value)
      .sort(compareCodePoints)
      .map((key) => `${key}:${goValue(value[key] ?? null)}`);
    return `map[${members.join(" ")}]`;
  }
  if (value === null) {
    return "<nil>";
  }
  if (numberKind(value) === "float64") {
    return goFloat(value instanceof FloatLiteral ? value.value : Number(value));
  }
  return String(value);
}

/** Orders strings by code point, which is Go's order of UTF-8 bytes and not JavaScript's of UTF-16 units. */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) {
      const isSurrogateA = (a & 0xf800) === 0xd800;
      return isSurrogateA === ((b & 0xf800) === 0xd800) ? a - b : isSurrogateA ? 1 : -1;
    }
  }
  return left.length - right.length;
}
