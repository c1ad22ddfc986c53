/** What the webhooks tell about themselves; `src/observe` turns it into metrics and log lines. */

export type WebhookName = "mutate" | "validate" | "protect" | "convert";

/** One judged AdmissionReview. `webhook` to `rules` come from closed lists and are fit for labels; the rest is for logs. */
export interface AdmissionCall {
  readonly webhook: WebhookName;
  readonly operation: string;
  readonly kind: string;
  /** The version the user wrote; `other` when it is none of the kind's. */
  readonly version: string;
  readonly result: "allowed" | "denied";
  readonly seconds: number;
  /** Ids of the rules that led to a denial, without duplicates; never a value. */
  readonly rules: readonly string[];
  readonly uid: string;
  readonly user: string;
  readonly namespace: string;
  readonly name: string;
}

/** One answered ConversionReview. */
export interface ConversionCall {
  /** The version of the objects when it is one of ours, `mixed` for several, else `other`. */
  readonly from: string;
  /** The desired version when it is one of ours, else `other`. */
  readonly to: string;
  readonly objects: number;
  readonly seconds: number;
  readonly result: "converted" | "failed";
  /** Objects whose conversion data was not ours and was dropped. */
  readonly ignoredData: number;
}

export interface WebhookObserver {
  admitted(call: AdmissionCall): void;
  converted(call: ConversionCall): void;
  /** A request that was no review, or one that we failed on; `code` is the HTTP code. */
  faulted(webhook: WebhookName | "unknown", code: number): void;
  /** A fault of ours; `error` may go to the log, it holds no part of the request. */
  panicked(webhook: WebhookName | "unknown", error: unknown): void;
}
