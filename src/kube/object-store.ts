import type { Change } from "../controller/ports.ts";
import type { KubeObject, ObjectKey } from "../domain/kube-object.ts";
import { isNewer } from "./resource-version.ts";

/**
 * The objects of one resource as the last list and the watch since have them.
 *
 * Our own writes are put in as soon as the server answered (`overlay`), so that a pass that follows sees
 * them; a write that the watch has already passed changes nothing, so what was deleted stays deleted.
 */
export class ObjectStore {
  readonly #namespaces = new Map<string, Map<string, KubeObject>>();
  readonly #groupOf: GroupOf;
  /** By group, then by name. */
  readonly #groups = new Map<string, Map<string, KubeObject>>();
  #version = "0";
  #awaited: string | undefined;

  /** `groupOf` names the group that an object can be found by, which depends on nothing but the object. */
  constructor(groupOf: GroupOf = () => undefined) {
    this.#groupOf = groupOf;
  }

  /** The resourceVersion up to which the watch has been heard. */
  get version(): string {
    return this.#version;
  }

  /** True while an own write has not come back through the watch. */
  get isBehind(): boolean {
    return this.#awaited !== undefined;
  }

  get(key: ObjectKey): KubeObject | undefined {
    return this.#namespaces.get(key.namespace)?.get(key.name);
  }

  /** The objects of one namespace, in no order. */
  in(namespace: string): readonly KubeObject[] {
    return [...(this.#namespaces.get(namespace)?.values() ?? [])];
  }

  /** The objects of one group, in no order: those of other groups cost nothing. */
  inGroup(group: string): readonly KubeObject[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }

  /** Every object, in no order. */
  all(): readonly KubeObject[] {
    return [...this.#namespaces.values()].flatMap((objects) => [...objects.values()]);
  }

  size(): number {
    let count = 0;
    for (const objects of this.#namespaces.values()) count += objects.size;
    return count;
  }

  /**
   * Takes a complete list; answers what it changes. Own writes that are newer than the list stay. A list
   * that is older than what the watch brought comes from a server whose data were restored: it is believed.
   */
  replace(objects: readonly KubeObject[], version: string): Change[] {
    const restored = isNewer(this.#version, version);
    const changes: Change[] = [];
    const listed = new Set<string>();
    for (const object of objects) {
      listed.add(`${object.metadata.namespace ?? ""}/${object.metadata.name}`);
      const change = this.#put(object, restored);
      if (change !== undefined) changes.push(change);
    }
    const missing = this.all().filter(({ metadata: { namespace = "", name, resourceVersion } }) => {
      if (listed.has(`${namespace}/${name}`)) return false;
      return restored || !isNewer(resourceVersion ?? "0", version);
    });
    for (const object of missing) {
      this.#delete(object);
      changes.push({ kind: "removed", object, before: object });
    }
    if (restored) this.#version = version;
    this.#heard(version);
    return changes;
  }

  /** Takes one event of the watch; answers what it changes, undefined when it is already known. */
  observe(type: "ADDED" | "MODIFIED" | "DELETED", object: KubeObject): Change | undefined {
    this.#heard(object.metadata.resourceVersion ?? "0");
    if (type !== "DELETED") return this.#put(object);
    const before = this.#delete(object);
    return before === undefined ? undefined : { kind: "removed", object, before };
  }

  /** Takes a bookmark: nothing of ours happened up to this version. */
  bookmark(version: string): void {
    this.#heard(version);
  }

  /** Takes the server's answer to an own write; answers what it changes, since the watch will bring nothing new. */
  overlay(object: KubeObject): Change | undefined {
    const version = object.metadata.resourceVersion ?? "0";
    if (!isNewer(version, this.#version)) return undefined;
    this.#awaited = version;
    return this.#put(object);
  }

  #heard(version: string): void {
    if (isNewer(version, this.#version)) this.#version = version;
    if (this.#awaited !== undefined && !isNewer(this.#awaited, this.#version)) {
      this.#awaited = undefined;
    }
  }

  #put(object: KubeObject, restored = false): Change | undefined {
    const { namespace = "", name, resourceVersion = "0" } = object.metadata;
    let objects = this.#namespaces.get(namespace);
    if (objects === undefined) {
      objects = new Map();
      this.#namespaces.set(namespace, objects);
    }
    const before = objects.get(name);
    const had = before?.metadata.resourceVersion ?? "0";
    if (before !== undefined && !isNewer(resourceVersion, had)) {
      if (!restored || resourceVersion === had) return undefined;
    }
    objects.set(name, object);
    this.#ungroup(before);
    this.#group(object);
    return { kind: before === undefined ? "added" : "changed", object, before };
  }

  #delete(object: KubeObject): KubeObject | undefined {
    const { namespace = "", name } = object.metadata;
    const objects = this.#namespaces.get(namespace);
    const had = objects?.get(name);
    this.#ungroup(had);
    objects?.delete(name);
    if (objects?.size === 0) this.#namespaces.delete(namespace);
    return had;
  }

  #group(object: KubeObject): void {
    const group = this.#groupOf(object);
    if (group === undefined) return;
    const members = this.#groups.get(group) ?? new Map<string, KubeObject>();
    this.#groups.set(group, members.set(placeOf(object), object));
  }

  #ungroup(object: KubeObject | undefined): void {
    if (object === undefined) return;
    const group = this.#groupOf(object);
    if (group === undefined) return;
    const members = this.#groups.get(group);
    members?.delete(placeOf(object));
    if (members?.size === 0) this.#groups.delete(group);
  }
}

type GroupOf = (object: KubeObject) => string | undefined;

function placeOf({ metadata: { namespace = "", name } }: KubeObject): string {
  return `${namespace}/${name}`;
}
