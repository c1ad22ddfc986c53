/** A look at the children of a paused object: everything is read, nothing is written, not even a Secret. */
import { STAGES } from "../domain/child.ts";
import { healthOf } from "../domain/health.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import type { ObservedChild, Reconciled } from "../domain/observation.ts";
import type { Status } from "../domain/rendered-kind.ts";
import type { Valid } from "../domain/validator.ts";
import type { ApiResult } from "./api-result.ts";
import { familyIn, gatherFacts, type Settings } from "./facts.ts";
import type { Cache } from "./ports.ts";
import type { ReconciledKind } from "./reconciled-kind.ts";
import { CLAIM, POD, resourceOf, SECRET } from "./resource.ts";
import { isHeldElsewhere } from "./stage-pass.ts";

/** What looking needs. */
export interface PausedContext<T, S extends Status> {
  readonly kind: ReconciledKind<T, S>;
  readonly cache: Cache;
  readonly settings: Settings;
  readonly events: readonly KubeObject[];
}

/** What is there of an object's children, as a pass that writes would have found it. */
export async function observePaused<T, S extends Status>(
  valid: Valid<T>,
  owner: KubeObject,
  { kind, cache, settings, events }: PausedContext<T, S>,
): Promise<ApiResult<Reconciled>> {
  const { namespace = "" } = owner.metadata;
  const family = familyIn(cache);
  const generated = new Set(kind.generatedSecrets(valid, family).map(({ name }) => name));
  // A Secret that we would make has no watch of its own: it would only be waited for.
  const referenced = kind.referencedObjects(valid, family).filter((one) => {
    const isOurs = one.kind === "Secret" && generated.has(one.name);
    return !isOurs || cache.read(SECRET, { namespace, name: one.name }) !== undefined;
  });
  const facts = await gatherFacts(cache, settings, namespace, referenced);
  if (!facts.ok) return facts;
  const [pods, claims] = [cache.list(POD, namespace), cache.list(CLAIM, namespace)];
  const desired = kind.desiredChildren(valid, facts.value) ?? [];
  const children = desired.map((child): ObservedChild => {
    const resource = resourceOf(child.object);
    const key = { namespace, name: child.object.metadata.name };
    const live = resource === undefined ? undefined : cache.read(resource, key);
    return { child, health: healthOf(child, live, pods, events, claims) };
  });
  const elsewhere = { gate: kind.gate(valid, family), guests: kind.guests(valid, family) };
  const heldBy = STAGES.find(
    (stage) =>
      children.some(({ child, health }) => child.stage === stage && !health.ready) ||
      isHeldElsewhere(elsewhere, stage),
  );
  const { guests } = elsewhere;
  const remarks = kind.remarks(valid, facts.value);
  const missing = kind.missingSecrets(valid, facts.value);
  const unmet = kind.unmetNeeds(valid, facts.value);
  return {
    ok: true,
    value: { kind: "reconciled", children, missing, unmet, guests, remarks, heldBy },
  };
}
