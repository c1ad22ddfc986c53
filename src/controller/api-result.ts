/** An answer of the API server that is no success, as a value. Never holds a body that was sent or received. */
export interface ApiFailure {
  readonly kind: /** 404 */
    | "not-found"
    /** 409: another writer was first, or the object exists. */
    | "conflict"
    /** 400, 422: the same request will fail again. */
    | "invalid"
    /** 401, 403 */
    | "forbidden"
    /** 410: the resourceVersion or the continue token is too old. */
    | "gone"
    /** 429, and 5xx with Retry-After: the server asks to wait. */
    | "throttled"
    /** No answer: connection refused, reset or timed out, or the call was aborted. */
    | "unreachable"
    /** Refused by us: this process is not the leader (any more). */
    | "fenced"
    /** Any other code. */
    | "other";
  /** HTTP status; 0 when there was no answer. */
  readonly code: number;
  /** `reason` of the Status, or of the connection error (`ECONNRESET`). */
  readonly reason: string;
  /** For people; at most 500 characters. */
  readonly message: string;
  readonly retryAfterMs?: number;
  /** The causes of a refusal with the values that they quote, where the call asked for them: never for logs or conditions. */
  readonly causes?: readonly RefusalCause[];
}

/** One cause of a refusal (meta/v1 StatusCause). */
export interface RefusalCause {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/** A success or a failure; calls to the API server do not throw. */
export type ApiResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: ApiFailure };
