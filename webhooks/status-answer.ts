/** Answers of the webhook server as values: an HTTP code and a JSON text; faults as meta/v1 Status, which the API server shows the user. */

const REASONS = {
  400: "BadRequest",
  404: "NotFound",
  405: "MethodNotAllowed",
  413: "RequestEntityTooLarge",
  415: "UnsupportedMediaType",
  500: "InternalError",
  503: "ServiceUnavailable",
} as const;

/** HTTP codes that we answer with, besides 200. */
export type FaultCode = keyof typeof REASONS;

/** A request that cannot be served, as a value. */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
}

/** What goes back over HTTP; always application/json. */
export interface Answer {
  readonly code: 200 | FaultCode;
  readonly body: string | Uint8Array;
}

/** The answer for a fault: a Status of that code. */
export function faultAnswer(fault: Fault): Answer {
  const body = JSON.stringify({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: fault.message,
    reason: REASONS[fault.code],
    code: fault.code,
  });
  return { code: fault.code, body };
}
