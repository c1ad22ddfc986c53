/** What a request may cost at most (WH-10). */
export interface WebhookLimits {
  /** Two objects of the API server's 3 MiB request limit, and 1 MiB for the rest, as in controller-runtime. */
  readonly admissionBytes: number;
  readonly conversionBytes: number;
  /** All bodies together: four of the largest reviews at once. */
  readonly totalBytes: number;
  /** How long one body may take. */
  readonly bodyMs: number;
}

const MIB = 1024 * 1024;

/** The limits of WH-10. */
export const DEFAULT_LIMITS: WebhookLimits = {
  admissionBytes: 7 * MIB,
  conversionBytes: 32 * MIB,
  totalBytes: 128 * MIB,
  bodyMs: 30_000,
};
