import type { KubeObject } from "../domain/kube-object.ts";

/** After this time a child is compared again although nothing changed (REC-3; Cluster API's SSA cache). */
const REMEMBERED_MS = 30 * 60_000;

interface Remembered {
  readonly version: string;
  readonly fingerprint: string;
  readonly until: number;
}

/**
 * Which version of which child already had which intent, so that a pass neither compares nor applies again.
 * One memory a PrismCluster: it goes with it, and holds at most its children.
 */
export class IntentMemory {
  readonly #now: () => number;
  readonly #remembered = new Map<string, Remembered>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** True when exactly this version of the object was found, or made, to agree with the intent. */
  agrees(live: KubeObject, fingerprint: string): boolean {
    const known = this.#remembered.get(keyOf(live));
    if (known === undefined || known.until < this.#now()) return false;
    return known.fingerprint === fingerprint && known.version === live.metadata.resourceVersion;
  }

  remember(live: KubeObject, fingerprint: string): void {
    const version = live.metadata.resourceVersion ?? "";
    this.#remembered.set(keyOf(live), { version, fingerprint, until: this.#now() + REMEMBERED_MS });
  }

  /** Forgets what is not among these objects. */
  keepOnly(objects: Iterable<KubeObject>): void {
    const kept = new Set([...objects].map(keyOf));
    for (const key of this.#remembered.keys()) if (!kept.has(key)) this.#remembered.delete(key);
  }

  size(): number {
    return this.#remembered.size;
  }
}

function keyOf(object: KubeObject): string {
  return `${object.kind}/${object.metadata.name}`;
}
