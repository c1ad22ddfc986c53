/** One thing that was checked, and how it is. */

/** `unknown`: it could not be looked at. Only `fail` makes the answer no. */
export type Outcome = "pass" | "warn" | "fail" | "unknown";

/** Parts of a check, in the order of a report. */
export const AREAS = [
  "kubernetes",
  "rights",
  "crds",
  "webhooks",
  "certificates",
  "operator",
  "versions",
  "objects",
] as const;
/** One of `AREAS`. */
export type Area = (typeof AREAS)[number];

/** What was found. */
export interface Finding {
  readonly area: Area;
  readonly subject: string;
  readonly outcome: Outcome;
  /** One word, for programs; empty where all is well. */
  readonly reason: string;
  readonly message: string;
  /** What helps, for what is not well. */
  readonly fix?: string;
}

/** A finding that is well. */
export function pass(area: Area, subject: string, message: string): Finding {
  return { area, subject, outcome: "pass", reason: "", message };
}

/** A finding that needs somebody. */
export function problem(
  outcome: "warn" | "fail" | "unknown",
  area: Area,
  subject: string,
  found: { readonly reason: string; readonly message: string; readonly fix?: string | undefined },
): Finding {
  const { reason, message, fix } = found;
  return { area, subject, outcome, reason, message, ...(fix === undefined ? {} : { fix }) };
}
