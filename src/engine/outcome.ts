/** How a pass over one key ended, and so what happens to the key next. */
export type Outcome =
  /** Nothing to do until an event names the key again. */
  | { readonly kind: "settled" }
  /** The pass worked; look again after this time at the latest. */
  | { readonly kind: "again"; readonly afterMs: number }
  /** The pass failed; try again with growing waits, but not before `afterMs` and not later than `atMostMs`. */
  | {
      readonly kind: "failed";
      readonly cause: string;
      readonly afterMs?: number;
      readonly atMostMs?: number;
    };
