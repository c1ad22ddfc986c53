import { goJson } from "../../../schemas/go-text.ts";
import { FloatLiteral, isObject, type JsonValue } from "../../../schemas/json.ts";

/** JSON text in which a float with an integral value is written as one (`1.0`), so that the server reads it as one. */
export function requestText(value: JsonValue): string {
  if (value instanceof FloatLiteral) {
    const text = goJson(value);
    return text.includes("e") ? text : `${text}.0`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(requestText).join(",")}]`;
  }
  if (isObject(value)) {
    const members = Object.keys(value).map(
      (key) => `${JSON.stringify(key)}:${requestText(value[key] ?? null)}`,
    );
    return `{${members.join(",")}}`;
  }
  return goJson(value);
}
