/** The series of PrismPatterns and tenants, within a budget: they go with their object. */
import type { ObjectKey } from "./domain/kube-object.ts";
import { previousStatus } from "./domain/prism-cluster/status/previous.ts";
import type { Metrics } from "./observe/metrics.ts";

/** One object as it was seen last. */
interface KnownMember {
  readonly key: ObjectKey;
  /** As in metrics: lower case. */
  readonly phase: string;
}

/**
 * Counts the objects of one kind by phase, and shows the phase of each of up to `limit`. Of more than that only those
 * that do not run are shown, as many: a thousand runners would else be a thousand series.
 */
export class MemberTelemetry {
  readonly #metrics: Metrics["member"];
  readonly #kind: string;
  readonly #limit: number;
  readonly #known = new Map<string, KnownMember>();
  /** Of those that are shown, by id. */
  readonly #shown = new Map<string, KnownMember>();

  constructor({ member }: Pick<Metrics, "member">, kind: string, limit: number) {
    this.#metrics = member;
    this.#kind = kind;
    this.#limit = limit;
  }

  /** The status as it is now; undefined when the object is gone. */
  saw(key: ObjectKey, status: object | undefined): void {
    const id = `${key.namespace}/${key.name}`;
    const wasBeyond = this.#isBeyond();
    const before = this.#known.get(id);
    if (before !== undefined) this.#metrics.count.dec(this.#counted(before));
    this.#hide(id);
    this.#known.delete(id);
    const now = status === undefined ? undefined : memberOf(key, status);
    if (now !== undefined) {
      this.#known.set(id, now);
      this.#metrics.count.inc(this.#counted(now));
    }
    if (wasBeyond === this.#isBeyond()) this.#show(id, now);
    else this.#showAnew();
  }

  #isBeyond(): boolean {
    return this.#known.size > this.#limit;
  }

  #showAnew(): void {
    for (const id of [...this.#shown.keys()]) this.#hide(id);
    for (const [id, one] of this.#known) this.#show(id, one);
  }

  #show(id: string, one: KnownMember | undefined): void {
    if (one === undefined || this.#shown.size >= this.#limit) return;
    if (this.#isBeyond() && one.phase === "running") return;
    this.#shown.set(id, one);
    this.#metrics.phase.set(this.#labelled(one), 1);
  }

  #hide(id: string): void {
    const one = this.#shown.get(id);
    if (one === undefined) return;
    this.#shown.delete(id);
    this.#metrics.phase.remove(this.#labelled(one));
  }

  #counted({ phase }: KnownMember) {
    return { kind: this.#kind, phase };
  }

  #labelled({ key: { namespace, name }, phase }: KnownMember) {
    return { kind: this.#kind, namespace, name, phase };
  }
}

function memberOf(key: ObjectKey, status: object): KnownMember {
  const { phase = "Pending" } = previousStatus({
    apiVersion: "",
    kind: "",
    metadata: { name: key.name },
    status,
  });
  return { key, phase: phase.toLowerCase() };
}
