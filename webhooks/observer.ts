/** What the webhooks tell about themselves; `src/observe` turns it into metrics and log lines. */

export type WebhookName = "mutate" | "validate" | "protect" | "convert";

/** How a call ended. `refused`: the request itself was at fault (4xx); `failed`: we were (5xx). */
export type CallResult = "allowed" | "denied" | "converted" | "refused" | "failed";

/** One answered call. Every text but `uid`, `user`, `namespace` and `name` comes from a closed list: fit for labels. */
export interface WebhookCall {
  readonly webhook: WebhookName;
  readonly operation: string;
  readonly kind: string;
  /** The version the user wrote, or `unknown`. */
  readonly version: string;
  readonly result: CallResult;
  readonly seconds: number;
  /** Ids of the rules that led to a denial, without duplicates; never a value. */
  readonly rules: readonly string[];
  readonly uid?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** One ConversionReview. */
export interface ConversionCall {
  readonly to: string;
  readonly objects: number;
  readonly seconds: number;
  readonly result: "converted" | "failed";
}

export interface WebhookObserver {
  called(call: WebhookCall): void;
  converted(call: ConversionCall): void;
  /** A fault of ours, answered with 500; `error` may go to the log, it holds no part of the request. */
  panicked(webhook: string, error: unknown): void;
}
