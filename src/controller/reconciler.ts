import type { KubeObject, ObjectKey } from "../domain/kube-object.ts";
import type { Status } from "../domain/rendered-kind.ts";
import { sameJson } from "../domain/same-json.ts";
import type { Outcome } from "../engine/outcome.ts";
import type { Controller } from "./controller.ts";
import { familyIn } from "./facts.ts";
import { Pass, type PassOptions } from "./pass.ts";
import { PassStates } from "./pass-state.ts";
import type { Change } from "./ports.ts";
import { NAMESPACE, type Resource } from "./resource.ts";
import { withSharedLists } from "./shared-lists.ts";

/**
 * Brings one object and its children to what its spec says, one pass at a time.
 *
 * Guarantees: an invalid spec touches no child; a paused object is left alone; a pass that finds nothing to do
 * sends nothing. Assumes that one key is in one pass at a time, and that a change of anything it read names the key again.
 */
export class Reconciler<T, S extends Status> implements Controller {
  readonly #options: PassOptions<T, S>;
  readonly #states: PassStates;

  constructor(options: PassOptions<T, S>) {
    this.#options = { ...options, writer: withSharedLists(options.writer, options.now) };
    this.#states = new PassStates(options.now);
  }

  get name(): string {
    return this.#options.kind.name;
  }

  get resource(): Resource {
    return this.#options.kind.resource;
  }

  /** Beside children and our kinds, the labels of namespaces, where we may read them. */
  get watches(): readonly Resource[] {
    return this.#options.readsNamespaces ? [NAMESPACE] : [];
  }

  concernedBy(resource: Resource, { kind: what, object, before }: Change): readonly ObjectKey[] {
    const { kind, cache } = this.#options;
    const isRelabelled =
      what !== "changed" || !sameJson(object.metadata.labels, before?.metadata.labels);
    if (resource === NAMESPACE && !isRelabelled) return [];
    return kind.concernedBy(object, familyIn(cache));
  }

  seenBy(viewer: string, object: KubeObject): unknown {
    return this.#options.kind.seenBy(viewer, object);
  }

  /** How many objects something is remembered of. */
  size(): number {
    return this.#states.size();
  }

  /** One pass. */
  async reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const { cache, kind, slots, observer } = this.#options;
    const objectKey = parseKey(key);
    const object = cache.read(kind.resource, objectKey);
    if (object === undefined) {
      this.#states.drop(key);
      slots.drop(key);
      observer.status(objectKey, undefined);
      return { kind: "settled" };
    }
    const pass = new Pass(this.#options, key, object, this.#states.of(key, object));
    return pass.run(signal);
  }
}

function parseKey(key: string): ObjectKey {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
