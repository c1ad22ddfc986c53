import type { Child, Stage } from "./child.ts";
import type { Guest } from "./guest.ts";
import type { Health } from "./health.ts";
import type { MissingSecret } from "./missing-secret.ts";
import type { Problem } from "./problem.ts";
import type { FindingSet } from "./standing.ts";
import type { UnmetNeed } from "./unmet-need.ts";

/** One desired child after a pass. */
export interface ObservedChild {
  readonly child: Child;
  readonly health: Health;
  /** What kept us from making it as desired; `final` where no retry of ours can help, such as another owner. */
  readonly failure?:
    | { readonly reason: string; readonly message: string; readonly final: boolean }
    | undefined;
  /** For people, without effect on readiness: what was left alone when the child was taken over. */
  readonly note?: string | undefined;
  /** One word, where the note tells of something that a person should see to. */
  readonly warning?: WarningReason | undefined;
}

/** What can be wrong with a child that is ready. */
export type WarningReason = "VolumeNotGrown" | "VolumeGoing";

/** A pass that went over all children. */
export interface Reconciled {
  readonly kind: "reconciled";
  readonly children: readonly ObservedChild[];
  readonly missing: readonly MissingSecret[];
  readonly unmet: readonly UnmetNeed[];
  readonly guests: readonly Guest[];
  readonly remarks: FindingSet;
  /** The first stage that holds the later ones back. */
  readonly heldBy: Stage | undefined;
  /** Whether the pass created, changed or deleted a child. */
  readonly changed?: boolean;
}

/** What a pass found, for the status. */
export type Observation =
  /** `seen` is what is there, where the spec can be rendered; nothing was written. */
  | { readonly kind: "paused"; readonly seen?: Reconciled | undefined }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] }
  | { readonly kind: "deleting"; readonly message: string }
  | Reconciled;
