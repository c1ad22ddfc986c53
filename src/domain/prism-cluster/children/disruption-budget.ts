import type { Child } from "../../child.ts";
import { childOf, type Part, selectorOf } from "./part.ts";
import type { Stack } from "./stack.ts";

/** Lets a drained node take one member at a time. A single member gets none: a budget would block every drain (REC-15). */
export function disruptionBudget(stack: Stack, part: Part, members: number): readonly Child[] {
  if (members < 2) return [];
  return [
    childOf(stack, part, {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      body: { spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(part) } } },
    }),
  ];
}
