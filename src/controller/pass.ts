import type { KubeObject, ObjectKey } from "../domain/kube-object.ts";
import type { Observation } from "../domain/observation.ts";
import { isPausedAt, pauseOf } from "../domain/pause.ts";
import type { Status } from "../domain/rendered-kind.ts";
import type { Valid } from "../domain/validator.ts";
import type { Random } from "../engine/clock.ts";
import type { Outcome } from "../engine/outcome.ts";
import type { ApiFailure } from "./api-result.ts";
import { deletionPass } from "./deletion-pass.ts";
import { familyIn, type Settings } from "./facts.ts";
import { addFinalizer, hasFinalizer } from "./finalizer.ts";
import type { SecretSource } from "./generated-secrets.ts";
import type { PassState } from "./pass-state.ts";
import { tellPass } from "./pass-story.ts";
import { observePaused } from "./paused-pass.ts";
import type { Cache, EventSink, Log, PassObserver, Writer } from "./ports.ts";
import type { ReconciledKind } from "./reconciled-kind.ts";
import { report } from "./reporter.ts";
import { EVENT } from "./resource.ts";
import { type RolloutResult, rolloutPass } from "./rollout-pass.ts";
import type { RolloutSlots } from "./rollout-slots.ts";

/** Everything that a pass needs; it makes nothing of it itself. */
export interface PassOptions<T, S extends Status> {
  readonly kind: ReconciledKind<T, S>;
  readonly cache: Cache;
  readonly writer: Writer;
  readonly events: EventSink;
  readonly observer: PassObserver;
  readonly log: Log;
  readonly settings: Settings;
  readonly secrets: SecretSource;
  readonly slots: RolloutSlots;
  readonly random: Random;
  /** Milliseconds that never go backwards. */
  readonly now: () => number;
  readonly wallClock: () => Date;
  readonly resyncMs: number;
  /** Whether the labels of namespaces may be read: an operator of some namespaces has no right to. */
  readonly readsNamespaces: boolean;
  /** A short name for one pass, in logs. */
  readonly passId: () => string;
}

/** Time after which an unready child is worth asking the API server for events. */
const EVENTS_AFTER_MS = 15_000;
const EVENTS_EVERY_MS = 30_000;
/** What is not our fault passes by itself, and nobody wants to wait minutes longer than the outage lasted. */
const OTHERS_FAULT_MS = 3_000;

/** One pass over one object as it was when the pass began. */
export class Pass<T, S extends Status> {
  readonly #options: PassOptions<T, S>;
  readonly #key: string;
  readonly #object: KubeObject;
  readonly #state: PassState;
  readonly #fields: object;

  constructor(options: PassOptions<T, S>, key: string, object: KubeObject, state: PassState) {
    this.#options = options;
    this.#key = key;
    this.#object = object;
    this.#state = state;
    const { namespace, name } = object.metadata;
    this.#fields = {
      controller: options.kind.name,
      namespace,
      name,
      reconcile_id: options.passId(),
    };
  }

  /** Does what is to be done now, and says when to look again. */
  async run(signal: AbortSignal): Promise<Outcome> {
    if (this.#object.metadata.deletionTimestamp !== undefined) return this.#delete(signal);
    const { kind, cache, log } = this.#options;
    const { namespace = "" } = this.#object.metadata;
    log.debug(this.#fields, `Reconciling ${this.#object.kind}`);
    const neighbours = kind.rivals.flatMap((resource) => cache.list(resource, namespace));
    const verdict = kind.validator.judge(this.#object, { neighbours });
    if (isPausedAt(this.#object, this.#options.wallClock().getTime())) {
      return this.#look(verdict.kind === "valid" ? verdict.object : undefined, signal);
    }
    if (verdict.kind === "invalid") {
      return this.#tell({ kind: "invalid", problems: verdict.problems }, signal);
    }
    if (!hasFinalizer(this.#object)) {
      const added = await addFinalizer(this.#object, this.#options.writer, signal);
      if (!added.ok) return this.#failed(added.failure);
    }
    await this.#askForEvents(signal);
    const context = { ...this.#options, state: this.#state, key: this.#key };
    const result = await rolloutPass(verdict.object, this.#object, context, signal);
    if (!result.ok) return this.#failed(result.failure);
    return this.#finish(result.value, signal);
  }

  /** Paused: the status still says what is there. A spec that cannot be rendered keeps what it said. */
  async #look(valid: Valid<T> | undefined, signal: AbortSignal): Promise<Outcome> {
    if (valid === undefined) return this.#tell({ kind: "paused" }, signal);
    const { kind, cache, settings } = this.#options;
    const events = this.#state.events?.found ?? [];
    const seen = await observePaused(valid, this.#object, { kind, cache, settings, events });
    if (!seen.ok) return this.#failed(seen.failure);
    return this.#tell({ kind: "paused", seen: seen.value }, signal);
  }

  async #finish(result: RolloutResult, signal: AbortSignal): Promise<Outcome> {
    const { log, events, observer } = this.#options;
    tellPass(result, this.#object, { log, events, observer, fields: this.#fields });
    this.#state.memory.keepOnly(result.children.map(({ intent }) => intent.object));
    const [failure] = result.failures;
    const waits = result.replication.flatMap(({ waitMs }) =>
      waitMs === undefined ? [] : [waitMs],
    );
    const told = await this.#tell(result.observation, signal, failure);
    return told.kind === "again" ? { ...told, afterMs: Math.min(told.afterMs, ...waits) } : told;
  }

  /** Stores what was found; `failure` is what kept the pass from doing all that it should. */
  async #tell(
    observation: Observation,
    signal: AbortSignal,
    failure?: ApiFailure,
  ): Promise<Outcome> {
    const { observer, slots, wallClock, now } = this.#options;
    const nowIso = wallClock()
      .toISOString()
      .replace(/\.\d+Z$/, "Z");
    const told = await report(
      this.#object,
      observation,
      { ...this.#options, nowIso },
      {
        reportedAt: this.#state.reportedAt,
        now: now(),
      },
      signal,
    );
    if (told.written) this.#state.reportedAt = now();
    observer.status(this.#objectKey(), told.status);
    const isReady = told.status.phase === "Running";
    if (isReady) slots.give(this.#key);
    if (isReady) this.#state.settledBasis = this.#state.basis;
    if (isReady) this.#state.unreadySince = undefined;
    else this.#state.unreadySince ??= now();
    const cause = failure ?? told.failure;
    if (cause !== undefined) return this.#failed(cause);
    this.#recovered();
    return { kind: "again", afterMs: this.#nextLookMs(told.status, told.waitMs) };
  }

  /** The resync, or what the clock brings before it. */
  #nextLookMs(status: S, waitMs: number | undefined): number {
    const { kind, resyncMs, random, wallClock } = this.#options;
    const times = [resyncMs * (0.8 + 0.4 * random())];
    if (waitMs !== undefined) times.push(waitMs);
    const nowMs = wallClock().getTime();
    const deadline = kind.nextDeadlineMs(status);
    if (deadline !== undefined) times.push(Math.max(deadline - nowMs + 1_000, 1_000));
    const pauseEnd = pauseOf(this.#object)?.untilMs;
    if (pauseEnd !== undefined && pauseEnd > nowMs) times.push(pauseEnd - nowMs + 1_000);
    if (this.#state.unreadySince !== undefined && status.phase !== "Failed") {
      times.push(this.#state.events === undefined ? EVENTS_AFTER_MS : EVENTS_EVERY_MS);
    }
    return Math.min(...times);
  }

  async #delete(signal: AbortSignal): Promise<Outcome> {
    if (!hasFinalizer(this.#object)) return { kind: "settled" };
    const { kind, cache, writer, events, observer, log, wallClock } = this.#options;
    const removed = (object: KubeObject): void => {
      observer.wrote("deleted", object);
      const child = { [object.kind.toLowerCase()]: object.metadata.name };
      log.info({ ...this.#fields, ...child }, `Deleted ${object.kind}`);
    };
    const nowMs = wallClock().getTime();
    const dependents = kind.dependents(this.#object, familyIn(cache));
    const context = { cache, writer, nowMs, removed, dependents };
    const step = await deletionPass(this.#object, context, signal);
    if (step.kind === "failed") return this.#failed(step.failure);
    if (step.kind === "waiting") {
      const told = await this.#tell({ kind: "deleting", message: step.message }, signal);
      return told.kind === "failed" ? told : { kind: "again", afterMs: EVENTS_AFTER_MS };
    }
    const note = step.timedOut
      ? "children were left to the garbage collector"
      : "all children are gone";
    const reason = step.timedOut ? "CleanupTimedOut" : "Deleting";
    const type = step.timedOut ? "Warning" : "Normal";
    events(this.#object, { type, reason, action: "Delete", note });
    log.info(this.#fields, `Deleted ${this.#object.kind}`);
    return { kind: "settled" };
  }

  /** Events say why a pod cannot even be made; they are asked for only while something is not ready for long. */
  async #askForEvents(signal: AbortSignal): Promise<void> {
    const { writer, now } = this.#options;
    const { unreadySince, events } = this.#state;
    if (unreadySince === undefined) {
      this.#state.events = undefined;
      return;
    }
    if (now() - unreadySince < EVENTS_AFTER_MS) return;
    if (events !== undefined && now() - events.at < EVENTS_EVERY_MS) return;
    const { namespace = "" } = this.#object.metadata;
    const listed = await writer.list(EVENT, namespace, "type=Warning", signal);
    this.#state.events = { at: now(), found: listed.ok ? listed.value.slice(-200) : [] };
  }

  /** A failure is told when it begins or changes, not with every try; races with other writers are no failure to people. */
  #failed(failure: ApiFailure): Outcome {
    const cause = `${failure.reason} ${failure.message}`.trim();
    if (failure.kind === "fenced") return { kind: "settled" };
    if (failure.kind !== "conflict" && this.#state.loggedFailure !== failure.reason) {
      this.#state.loggedFailure = failure.reason;
      const { log } = this.#options;
      log.warn(
        { ...this.#fields, reason: failure.reason, error: failure.message },
        "Reconciling failed",
      );
    }
    const { retryAfterMs } = failure;
    return {
      kind: "failed",
      cause,
      ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }),
      ...(isOwnFault(failure) ? {} : { atMostMs: OTHERS_FAULT_MS }),
    };
  }

  #recovered(): void {
    if (this.#state.loggedFailure === undefined) return;
    this.#state.loggedFailure = undefined;
    this.#options.log.info(this.#fields, "Reconciling works again");
  }

  #objectKey(): ObjectKey {
    const { namespace = "", name } = this.#object.metadata;
    return { namespace, name };
  }
}

/** The same request would fail again: only a change of the object, of rights or of the program helps. */
function isOwnFault({ kind }: ApiFailure): boolean {
  return kind === "invalid" || kind === "forbidden";
}
