import type { KubeObject, ObjectKey } from "../domain/kube-object.ts";
import { sameJson } from "../domain/same-json.ts";
import type { Controller } from "./controller.ts";
import { controllerOf } from "./ownership.ts";
import type { Cache, Change } from "./ports.ts";
import { DEPLOYMENT, POD, type Resource, STATEFUL_SET } from "./resource.ts";

/** A pass that a change asks for. */
export interface Wake {
  readonly controller: Controller;
  readonly key: string;
  readonly afterMs: number;
}

/** A change of something that moves in many small steps waits so long for the next one. */
const CALM_MS = 100;
const POD_CALM_MS = 250;
/** An object that counts others of ours would else be looked at with each of two hundred that start together. */
const RECOUNT_MS = 1_000;

/** What a change of an object asks for: of the object itself, of others of our kinds, or of whom it belongs to. */
export function wakesOf(
  resource: Resource,
  change: Change,
  controllers: readonly Controller[],
  cache: Cache,
): readonly Wake[] {
  const own = controllers.find((one) => one.resource === resource);
  const watchers = controllers.filter(({ watches }) => watches.includes(resource));
  if (own !== undefined) {
    const self = { controller: own, key: keyOf(change.object), afterMs: 0 };
    return [self, ...wakesOfOthers(resource, change, controllers)];
  }
  if (watchers.length > 0) return concerned(watchers, resource, change);
  const afterMs = change.kind === "removed" && resource !== POD ? 0 : calmMs(resource);
  return holdersOf(change.object, controllers, cache).map((wake) => ({ ...wake, afterMs }));
}

/** What a change of an object of ours asks of objects of our other kinds; nothing while they see no difference. */
export function wakesOfOthers(
  resource: Resource,
  change: Change,
  controllers: readonly Controller[],
): readonly Wake[] {
  const own = controllers.find((one) => one.resource === resource);
  if (own === undefined) return [];
  const viewers = controllers.filter(({ resource: { kind } }) => isSeen(own, kind, change));
  const self = keyOf(change.object);
  // Controllers are in the order of precedence: what belongs to others comes after them.
  const counting = controllers.slice(0, controllers.indexOf(own));
  return concerned(viewers, resource, change)
    .filter(({ controller, key }) => controller !== own || key !== self)
    .map((wake) => (counting.includes(wake.controller) ? { ...wake, afterMs: RECOUNT_MS } : wake));
}

/** Whether objects of a kind see a difference. */
function isSeen(own: Controller, viewer: string, { kind, object, before }: Change): boolean {
  if (kind !== "changed" || before === undefined) return true;
  return !sameJson(own.seenBy(viewer, before), own.seenBy(viewer, object));
}

function concerned(
  controllers: readonly Controller[],
  resource: Resource,
  change: Change,
): readonly Wake[] {
  return controllers.flatMap((controller) =>
    controller.concernedBy(resource, change).map((key) => {
      return { controller, key: keyText(key), afterMs: CALM_MS };
    }),
  );
}

type Holder = Omit<Wake, "afterMs">;

/** Whose child it is, or whose workload it belongs to; where nothing says so, everything of ours in its namespace. */
function holdersOf(
  object: KubeObject,
  controllers: readonly Controller[],
  cache: Cache,
): readonly Holder[] {
  const { namespace = "" } = object.metadata;
  for (const candidate of [object, workloadOf(object, cache)]) {
    const owner = candidate && controllerOf(candidate);
    const controller = controllers.find((one) => one.resource.kind === owner?.kind);
    if (owner !== undefined && controller !== undefined) {
      return [{ controller, key: keyText({ namespace, name: owner.name }) }];
    }
  }
  const beneficiaries = beneficiariesOf(object, controllers, cache);
  if (beneficiaries.length > 0) return beneficiaries;
  return controllers.flatMap((controller) =>
    cache.list(controller.resource, namespace).map((one) => ({ controller, key: keyOf(one) })),
  );
}

/** A login that goes with its owner without being its child is what others are rendered with, too. */
function beneficiariesOf(
  { metadata: { namespace = "", ownerReferences = [] } }: KubeObject,
  controllers: readonly Controller[],
  cache: Cache,
): readonly Holder[] {
  return ownerReferences.flatMap(({ kind, name }) => {
    const controller = controllers.find(({ resource }) => resource.kind === kind);
    if (controller === undefined) return [];
    const own = { controller, key: keyText({ namespace, name }) };
    const owner = cache.read(controller.resource, { namespace, name });
    if (owner === undefined) return [own];
    const change: Change = { kind: "added", object: owner, before: undefined };
    return [own, ...concerned(controllers, controller.resource, change)];
  });
}

/** Pods, claims and credentials carry the name of their workload (the source's label). */
function workloadOf({ metadata }: KubeObject, cache: Cache): KubeObject | undefined {
  const { namespace = "", labels } = metadata;
  const name = labels?.["app"];
  if (name === undefined) return undefined;
  const key: ObjectKey = { namespace, name };
  return cache.read(DEPLOYMENT, key) ?? cache.read(STATEFUL_SET, key);
}

function calmMs(resource: Resource): number {
  return resource === POD ? POD_CALM_MS : CALM_MS;
}

/** `namespace/name`, the key of an object in its queue. */
export function keyOf({ metadata: { namespace = "", name } }: KubeObject): string {
  return keyText({ namespace, name });
}

/** `namespace/name` of a key. */
function keyText({ namespace, name }: ObjectKey): string {
  return `${namespace}/${name}`;
}
