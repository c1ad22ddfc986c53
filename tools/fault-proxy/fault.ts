import type { ApiRequest } from "./api-request.ts";

/** What goes wrong with a request. */
export type Fault =
  /** The connection is cut without an answer; the server never sees the request. */
  | { readonly kind: "reset" }
  /** The server carries the request out, and the connection is cut before its answer. */
  | { readonly kind: "lose-answer" }
  /** A Status with this code instead of the server's answer; the server never sees the request. */
  | { readonly kind: "status"; readonly code: number; readonly retryAfterSeconds?: number }
  /** The request waits before it goes on. */
  | { readonly kind: "delay"; readonly ms: number }
  /** A watch is opened and stays open, but no event comes through. */
  | { readonly kind: "silence" }
  /** A watch is opened and tells an ERROR event with this code, as the server does for a version that is too old (410). */
  | { readonly kind: "error-event"; readonly code: number }
  /** A list answers what it first answered while this fault is on, as a cache that lags behind. */
  | { readonly kind: "stale" };

/** Which requests are meant; what is absent is not looked at. */
export type RequestMatch = Partial<ApiRequest>;

/** One fault for some requests. */
export interface FaultRule {
  readonly match: RequestMatch;
  readonly fault: Fault;
  /** After so many requests it is over; it stays when absent. */
  readonly times?: number;
}

/** Whether a request is one of those meant. */
export function isMatch(request: ApiRequest, match: RequestMatch): boolean {
  const wanted: readonly [string, unknown][] = Object.entries(match);
  return wanted.every(([key, value]) => value === undefined || Reflect.get(request, key) === value);
}

/** `metav1.StatusReason` by code (k8s.io/apimachinery/pkg/apis/meta/v1/types.go). */
const reasons: ReadonlyMap<number, string> = new Map([
  [400, "BadRequest"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "NotFound"],
  [409, "Conflict"],
  [410, "Expired"],
  [422, "Invalid"],
  [429, "TooManyRequests"],
  [500, "InternalError"],
  [503, "ServiceUnavailable"],
  [504, "Timeout"],
]);

/** The Status object that a server of this code would send. */
export function statusOf(
  code: number,
  retryAfterSeconds?: number,
): Readonly<Record<string, unknown>> {
  const reason = reasons.get(code) ?? "Unknown";
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `fault proxy: ${reason}`,
    reason,
    ...(retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } }),
    code,
  };
}
