import { isRecord, type JsonRecord, ownValue, setOwn } from "../json-object.ts";
import type { KeptFields } from "./kept-field.ts";
import type { ListPlan, Move, ObjectPlan, Plan, UnwrapPlan } from "./plan.ts";

/** Says that nothing of a value could go over; it was kept. */
const NOTHING = Symbol("nothing");

/**
 * Carries an object over by a plan. Objects and lists that the plan describes are new ones, everything below is
 * shared with the input. Values of an unexpected type go over as they are.
 */
export function transferObject(plan: ObjectPlan, from: JsonRecord, kept: KeptFields): JsonRecord {
  const to: JsonRecord = {};
  for (const key of Object.keys(from)) {
    const step = plan.fields.get(key) ?? plan.others;
    if (step.kind === "same") setOwn(to, key, from[key]);
    else if (step.kind === "keep") kept.keep(key, from[key]);
    else moveField(step, key, from[key], to, kept);
  }
  return to;
}

function moveField(
  step: Move,
  key: string,
  value: unknown,
  to: JsonRecord,
  kept: KeptFields,
): void {
  const moved = step.plan === undefined ? value : transferField(step.plan, key, value, kept);
  if (moved !== NOTHING) setOwn(to, step.name, moved);
}

function transferField(plan: Plan, key: string, value: unknown, kept: KeptFields): unknown {
  if (plan.type === "wrap") return { [plan.key]: value };
  if (plan.type === "unwrap" && !wraps(plan, value)) {
    kept.keep(key, value);
    return NOTHING;
  }
  kept.enter(key);
  const result = transferValue(plan, value, kept);
  kept.leave();
  return result;
}

function transferValue(
  plan: Exclude<Plan, { type: "wrap" }>,
  value: unknown,
  kept: KeptFields,
): unknown {
  if (plan.type === "list") return Array.isArray(value) ? transferList(plan, value, kept) : value;
  if (!isRecord(value)) return value;
  return plan.type === "object" ? transferObject(plan, value, kept) : unwrap(plan, value, kept);
}

function transferList(plan: ListPlan, list: readonly unknown[], kept: KeptFields): unknown[] {
  const { item, key } = plan;
  if (item.type === "wrap") return list.map((value) => ({ [item.key]: value }));
  const to: unknown[] = [];
  for (const [index, value] of list.entries()) {
    if (item.type === "unwrap" && !wraps(item, value)) {
      kept.keep({ insert: index }, value);
      continue;
    }
    kept.enter({ list, key: key ?? "", index });
    to.push(transferValue(item, value, kept));
    kept.leave();
  }
  return to;
}

function wraps(plan: UnwrapPlan, value: unknown): value is JsonRecord {
  return isRecord(value) && Object.hasOwn(value, plan.key);
}

/** The wrapped value; what stands beside it is kept. */
function unwrap(plan: UnwrapPlan, value: JsonRecord, kept: KeptFields): unknown {
  for (const key of Object.keys(value)) {
    if (key !== plan.key) kept.keep(key, value[key]);
  }
  return ownValue(value, plan.key);
}
