import type { JsonPatch } from "../json-patch.ts";

/**
 * What `/mutate` stores in a PrismFederation: nothing. Each default depends on one field alone and is computed when it
 * is asked for (`policy.ts`, `member-plan.ts`); those of the template are stored on the members, by their own webhooks.
 */
export function defaultsOf(): JsonPatch {
  return [];
}
