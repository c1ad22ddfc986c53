/** Keeps secrets out of what we say about an object (VAL-4): answers, logs, audit annotations. */
import type { FieldPath } from "../src/domain/field-path.ts";
import { valueAt } from "../src/domain/json-object.ts";
import type { Problem } from "../src/domain/problem.ts";

/** What stands in the place of a value. */
const REDACTED = "<redacted>";

/** Keys whose values may hold a password: connection strings, environment, arguments, free configuration. */
const SENSITIVE_KEYS: ReadonlySet<string> = new Set(["url", "value", "config", "args"]);
/** `scheme://user:password@host`, wherever it is written. */
const USER_INFO = /(:\/\/)[^\s/@"]+@/g;
/** Shorter values are only taken away where they stand quoted: bare they would hit words of the message. */
const MIN_BARE_CHARS = 6;
const QUOTED = /"(?:[^"\\]|\\.)*"/g;

/** The problem without the sensitive value that it is about. `object` is what the path points into. */
export function redact(problem: Problem, object: unknown): Problem {
  const withoutUserInfo = problem.message.replaceAll(USER_INFO, `$1${REDACTED}@`);
  const message = isSensitive(problem.path)
    ? withoutValue(withoutUserInfo, valueAt(object, problem.path))
    : withoutUserInfo;
  return message === problem.message ? problem : { ...problem, message };
}

function isSensitive(path: FieldPath): boolean {
  return path.some((step, depth) => depth > 0 && SENSITIVE_KEYS.has(String(step)));
}

/** The value stands quoted, as Go does it, or bare in a detail; numbers and booleans are no secrets. */
function withoutValue(message: string, value: unknown): string {
  if (typeof value !== "string" || value === "") return message;
  const unquoted = message.replaceAll(JSON.stringify(value), REDACTED);
  if (value.length < MIN_BARE_CHARS) return unquoted;
  return unquoted
    .replaceAll(value, REDACTED)
    .replaceAll(QUOTED, (quoted) => (quoted.includes(REDACTED) ? REDACTED : quoted));
}
