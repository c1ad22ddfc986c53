import type { KubeObject, ObjectKey } from "../../domain/kube-object.ts";
import type { Outcome } from "../../engine/outcome.ts";
import { WorkQueue } from "../../engine/work-queue.ts";
import { runWorkers } from "../../engine/worker-pool.ts";
import type { Controller } from "../controller.ts";
import type { Resource } from "../resource.ts";
import { farewell } from "./farewell.ts";
import type { FederationContext, FederationOptions } from "./federation-context.ts";
import { federationPass } from "./federation-pass.ts";
import { lookAtMember } from "./member-looks.ts";
import { MemberMemory } from "./member-memory.ts";

/**
 * How many members are looked at at once. One that hangs holds a place until its time is up, so there are more of them
 * than a process would need otherwise.
 */
const MOST_LOOKS = 32;

/**
 * Brings federations to what they say. There are two kinds of passes: one over a federation, which speaks with our own
 * API server alone, and one over a member, which speaks with the member alone; a member that does not answer holds up
 * nothing but itself.
 */
export class FederationController implements Controller {
  readonly name = "prismfederation";
  readonly watches: readonly Resource[] = [];
  readonly #options: FederationOptions;
  readonly #memory = new MemberMemory();
  readonly #verdicts = new Map<
    string,
    { version: string | undefined; verdict: FederationContext["verdict"] }
  >();
  /** Of the present term. */
  #members: WorkQueue | undefined;

  constructor(options: FederationOptions) {
    this.#options = options;
  }

  get resource(): Resource {
    return this.#options.resource;
  }

  concernedBy(): readonly ObjectKey[] {
    return [];
  }

  seenBy(): unknown {
    return {};
  }

  size(): number {
    return this.#memory.size();
  }

  /** Looks at members until `stop` aborts. */
  async besides(stop: AbortSignal, kill: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#options;
    const queue = new WorkQueue({ clock, random });
    this.#members = queue;
    await runWorkers({
      queue,
      concurrency: MOST_LOOKS,
      stop,
      kill,
      work: (key, signal) => this.#look(key, signal),
      finished: (key, _, thrown) => {
        if (thrown === undefined) return;
        const [namespace, name, member] = key.split("/");
        const fields = { controller: this.name, namespace, name, member, err: thrown };
        log.error(fields, "A look at a member failed by a fault of the operator");
      },
    });
    this.#members = undefined;
    // Another process may lead meanwhile, and moves the members; its word stands in the status.
    this.#memory.clear();
  }

  async reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    const context = this.#context(key);
    if (context === undefined) return this.#forget(key);
    const isDeleting = context.object.metadata.deletionTimestamp !== undefined;
    return isDeleting ? farewell(context, signal) : federationPass(context, signal);
  }

  async #look(key: string, signal: AbortSignal): Promise<Outcome> {
    const slash = key.lastIndexOf("/");
    const context = this.#context(key.slice(0, slash));
    if (context === undefined) return { kind: "settled" };
    const outcome = await lookAtMember(context, key.slice(slash + 1), signal);
    this.#options.wake(context.key);
    return outcome;
  }

  #forget(key: string): Outcome {
    const { connector, observer } = this.#options;
    for (const member of this.#memory.drop(key)) connector.forget(`${key}/${member}`);
    this.#verdicts.delete(key);
    observer.status(parseKey(key), undefined);
    return { kind: "settled" };
  }

  #context(key: string): FederationContext | undefined {
    const object = this.#options.cache.read(this.resource, parseKey(key));
    if (object === undefined) return undefined;
    return {
      ...this.#options,
      key,
      object,
      state: this.#memory.of(key, object.metadata.uid),
      verdict: this.#verdictOn(key, object),
      wakeMember: (member) => this.#members?.add(`${key}/${member}`),
    };
  }

  /** A template is judged for every member: not again for every look. */
  #verdictOn(key: string, object: KubeObject): FederationContext["verdict"] {
    const version = object.metadata.resourceVersion;
    const known = this.#verdicts.get(key);
    if (known !== undefined && known.version === version) return known.verdict;
    const verdict = this.#options.validator.judge(object, {});
    this.#verdicts.set(key, { version, verdict });
    return verdict;
  }
}

function parseKey(key: string): ObjectKey {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
