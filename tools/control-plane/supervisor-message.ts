import type { Connection, Plan } from "./plan.ts";

/** What the owner tells its supervisor. When the owner goes away without a release, the supervisor stops everything. */
export type OwnerMessage =
  | { readonly kind: "start"; readonly plan: Plan }
  /** Stay up without an owner. */
  | { readonly kind: "release" }
  | { readonly kind: "stop" };

/** What a supervisor tells its owner. */
export type SupervisorMessage =
  | { readonly kind: "progress"; readonly line: string }
  | { readonly kind: "ready"; readonly connection: Connection }
  /** Everything that was started has been stopped. */
  | { readonly kind: "failed"; readonly reason: string };

/** Both ends are of the same checkout, so the kind tells the shape. */
export function isOwnerMessage(message: unknown): message is OwnerMessage {
  return hasKind(message, ["start", "release", "stop"]);
}

/** As isOwnerMessage, for the other direction. */
export function isSupervisorMessage(message: unknown): message is SupervisorMessage {
  return hasKind(message, ["progress", "ready", "failed"]);
}

function hasKind(message: unknown, kinds: readonly string[]): boolean {
  if (typeof message !== "object" || message === null || !("kind" in message)) return false;
  return typeof message.kind === "string" && kinds.includes(message.kind);
}
