import type { FieldPath } from "../field-path.ts";
import type { ObjectPlan, Plan } from "./plan.ts";

/** Where a field of one version stands in the other, or that only the one has it. */
export type MappedPath =
  | { readonly kind: "mapped"; readonly path: FieldPath }
  | { readonly kind: "hubOnly" };

const HUB_ONLY: MappedPath = { kind: "hubOnly" };

/** Maps a path by the plan that leads away from its version. */
export function mapPath(root: ObjectPlan, path: FieldPath): MappedPath {
  const mapped: (string | number)[] = [];
  let plan: Plan | undefined = root;
  for (const step of path) {
    const next: Hop | undefined = plan === undefined ? { name: step, plan } : hop(plan, step);
    if (next === undefined) return HUB_ONLY;
    if (next.name !== undefined) mapped.push(next.name);
    plan = next.plan;
  }
  if (plan?.type === "wrap") mapped.push(plan.key);
  return { kind: "mapped", path: mapped };
}

/** A step in the other version; `name` is undefined where that version has no step here. */
interface Hop {
  readonly name: string | number | undefined;
  readonly plan: Plan | undefined;
}

function hop(plan: Plan, step: string | number): Hop | undefined {
  if (plan.type === "unwrap") {
    return step === plan.key ? { name: undefined, plan: undefined } : undefined;
  }
  if (plan.type === "list") return { name: step, plan: plan.item };
  if (plan.type === "wrap" || typeof step === "number") return { name: step, plan: undefined };
  const known = plan.fields.get(step) ?? plan.others;
  if (known.kind === "keep") return undefined;
  return known.kind === "same" ? { name: step, plan: undefined } : known;
}
