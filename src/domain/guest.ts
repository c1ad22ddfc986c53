import type { Component, Stage } from "./child.ts";

/** A component of an object that another object of ours describes and makes, such as the runner of a PrismPattern. */
export interface Guest {
  readonly component: Component;
  /** The stage in which it starts; later stages wait for it. */
  readonly stage: Stage;
  readonly ready: boolean;
  readonly desired: number;
  readonly available: number;
  /** Why it is not ready: one word and a sentence. */
  readonly reason?: string;
  readonly message?: string;
  /** Whether it is on its way for the first time, so that its host is not broken. */
  readonly starting: boolean;
}
