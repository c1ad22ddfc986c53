import { type Finding, findCondition } from "../../condition.ts";
import type { Status } from "../../rendered-kind.ts";
import { type FindingSet, isFalse, isTrue } from "../../standing.ts";
import type { ComponentState } from "./components.ts";
import { was } from "./previous.ts";

/** Every condition of a PrismCluster (design, section 2); all are there from the first pass on. */
export const CONDITION_TYPES = [
  "Ready",
  "Available",
  "Reconciling",
  "Stalled",
  "ConfigValid",
  "BackendsHealthy",
  "AdminHealthy",
  "ProxyHealthy",
  "PatternsHealthy",
  "Paused",
] as const;
/** One of `CONDITION_TYPES`. */
export type ConditionType = (typeof CONDITION_TYPES)[number];
/** Names at most this many components in a message. */
const NAMED = 3;

/** The states of some components in one sentence: those that are not ready, or notes. */
function sentenceOf(states: readonly ComponentState[]): string {
  const unready = states.filter(({ ready }) => !ready);
  const parts = unready.length > 0 ? unready.map(wordsOf) : notesOf(states);
  const more = parts.length > NAMED ? `; and ${parts.length - NAMED} more` : "";
  return parts.slice(0, NAMED).join("; ") + more;
}

/** What belongs to an object as a whole has no name that people know. */
function wordsOf({ component, name, message = "not ready" }: ComponentState): string {
  return component.kind === "shared" ? message : `${name}: ${message}`;
}

function notesOf(states: readonly ComponentState[]): readonly string[] {
  return states.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`));
}

/** One of the *Healthy conditions. */
export function healthFinding(states: readonly ComponentState[]): Finding {
  const unready = states.find(({ ready }) => !ready);
  const sentence = sentenceOf(states);
  if (unready !== undefined) return isFalse(unready.reason ?? "NotReady", sentence);
  const warned = states.find(({ warning }) => warning !== undefined);
  return isTrue(warned?.warning ?? (states.length === 0 ? "NoneWanted" : "Healthy"), sentence);
}

/** Serving: at least one proxy, and of every group with members a majority. Holds through rollouts, unlike Ready. */
export function availability(states: readonly ComponentState[]): Finding {
  const down = states.filter(({ component, workload }) => {
    if (component.kind === "proxy") return (workload?.available ?? 0) < 1;
    if (component.kind !== "admin" && component.kind !== "backend") return false;
    return workload !== undefined && workload.available * 2 <= workload.desired;
  });
  if (down.length === 0) return isTrue("Serving", "");
  return isFalse("NotServing", `too few pods of ${down.map(({ name }) => name).join(", ")}`);
}

/** Components as people count them: admin, proxy, backends and runners. */
export function tally(states: readonly ComponentState[]): {
  readonly ready: number;
  readonly count: number;
} {
  const counted = states.filter(({ component }) => COUNTED.has(component.kind));
  return { ready: counted.filter(({ ready }) => ready).length, count: counted.length };
}

const COUNTED: ReadonlySet<string> = new Set(["admin", "proxy", "pattern", "backend"]);

/** What a pass over valid children adds to Ready, Reconciling and Stalled. */
export interface Progress {
  readonly states: readonly ComponentState[];
  readonly generation: number | undefined;
  /** Stage that has been waiting longer than its deadline. */
  readonly overdue: string | undefined;
}

/** Ready, Reconciling and Stalled: exactly one of them holds, so that kstatus reads the same as people do (OBS-2). */
export function progressFindings(progress: Progress, previous: Status): FindingSet {
  const { states, overdue } = progress;
  const unready = states.filter(({ ready }) => !ready);
  const first = unready[0];
  if (first === undefined) return readyFindings(states);
  const sentence = sentenceOf(states);
  const final = unready.find((state) => state.final);
  const stalled = final?.reason ?? (overdue === undefined ? undefined : "ProgressDeadlineExceeded");
  const ready = isFalse(final?.reason ?? first.reason ?? "NotReady", sentence);
  if (stalled !== undefined) {
    const why =
      final === undefined ? `stage ${overdue} did not get ready in time; ${sentence}` : sentence;
    return { Ready: ready, Reconciling: isFalse("Stalled", ""), Stalled: isTrue(stalled, why) };
  }
  return {
    Ready: ready,
    Reconciling: isTrue(movement(progress, previous), sentence),
    Stalled: isFalse("Progressing", ""),
  };
}

/** The same while nothing may be written: what is not ready waits for a person. */
export function pausedFindings(states: readonly ComponentState[]): FindingSet {
  const unready = states.find(({ ready }) => !ready);
  if (unready === undefined) return readyFindings(states);
  const sentence = sentenceOf(states);
  return {
    Ready: isFalse(unready.reason ?? "NotReady", sentence),
    Reconciling: isFalse("Paused", ""),
    Stalled: isTrue("Paused", `nothing is changed while paused; ${sentence}`),
  };
}

function readyFindings(states: readonly ComponentState[]): FindingSet {
  const { count, ready } = tally(states);
  return {
    Ready: isTrue("AllReady", `${ready} of ${count} components are ready`),
    Reconciling: isFalse("AllReady", ""),
    Stalled: isFalse("AllReady", ""),
  };
}

/** `Recovering` when something broke that this generation had ready; `RollingOut` on the way to it. */
function movement({ states, generation }: Progress, previous: Status): string {
  const isSame = previous.observedGeneration === generation;
  const broke =
    was(previous, "Ready", "True") ||
    findCondition(previous.conditions, "Reconciling")?.reason === "Recovering";
  const rolls = states.some(({ rolling }) => rolling);
  return isSame && broke && !rolls ? "Recovering" : "RollingOut";
}
