/** The one place where answers and errors of the API server become values. */
import type { ApiFailure, RefusalCause } from "../controller/api-result.ts";

const LONGEST_MESSAGE = 500;
/** More than this is no hint but an outage; the caller's own backoff is the better judge. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Reads a meta/v1 Status, or any other error body, that came with a code of 400 or more. */
export function failureOf(code: number, retryAfter: string | undefined, body: string): ApiFailure {
  const status = parseStatus(body);
  const retryAfterMs = retryAfterOf(retryAfter);
  return {
    kind: kindOf(code, status.reason, retryAfterMs),
    code,
    reason: status.reason,
    message: status.message.slice(0, LONGEST_MESSAGE),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The causes of a refusal as the API server sent them, with values; empty when the body is no Status. */
export function causesOf(body: string): readonly RefusalCause[] {
  try {
    return listOf(fieldsOf(fieldsOf(JSON.parse(body))["details"])["causes"]).map((cause) => {
      const { field, reason, message } = fieldsOf(cause);
      return { field: textOf(field), reason: textOf(reason), message: textOf(message) };
    });
  } catch {
    return [];
  }
}

/** Whether an error body is a meta/v1 Status, which an API server sends and hardly anybody else. */
export function isStatus(body: string): boolean {
  try {
    const { kind, apiVersion } = fieldsOf(JSON.parse(body));
    return kind === "Status" && apiVersion === "v1";
  } catch {
    return false;
  }
}

/** Describes a connection that broke, a time that ran out or an abort. */
export function unreachable(error: unknown): ApiFailure {
  const message = error instanceof Error ? error.message : "no answer";
  const code = error instanceof Error && "code" in error ? String(error.code) : "NoAnswer";
  return { kind: "unreachable", code: 0, reason: code, message: message.slice(0, LONGEST_MESSAGE) };
}

function kindOf(
  code: number,
  reason: string,
  retryAfterMs: number | undefined,
): ApiFailure["kind"] {
  if (reason === "Expired" || reason === "Gone") return "gone";
  switch (code) {
    case 400:
    case 422:
      return "invalid";
    case 401:
    case 403:
      return "forbidden";
    case 404:
      return "not-found";
    case 409:
      return "conflict";
    case 410:
      return "gone";
    case 429:
      return "throttled";
    default:
      return code >= 500 && retryAfterMs !== undefined ? "throttled" : "other";
  }
}

function parseStatus(body: string): { reason: string; message: string } {
  try {
    const status = fieldsOf(JSON.parse(body));
    const causes = listOf(fieldsOf(status["details"])["causes"]).map(causeOf);
    const message = causes.length > 0 ? causes.join("; ") : textOf(status["message"]);
    return { reason: textOf(status["reason"]), message };
  } catch {
    // Not every error comes from the API server: proxies answer in plain text.
    return { reason: "", message: body };
  }
}

/** One cause with its path and without the value that it quotes: messages go to logs and conditions. */
function causeOf(cause: unknown): string {
  const { field, message } = fieldsOf(cause);
  const [kind = "", ...rest] = textOf(message).split(": ");
  const detail = rest.at(-1);
  return `${textOf(field)}: ${detail === undefined ? kind : `${kind}: ${detail}`}`;
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Retry-After in seconds (RFC 9110 10.2.3); the API server never sends a date. */
function retryAfterOf(header: string | undefined): number | undefined {
  const seconds = header === undefined ? Number.NaN : Number.parseInt(header, 10);
  if (!Number.isFinite(seconds) || seconds < 0) return undefined;
  return Math.min(seconds * 1_000, LONGEST_RETRY_AFTER_MS);
}
