/**
 * Remembers the last judgements. The API server asks twice for each write, `/mutate` and then `/validate`. A judgement is a
 * function of what is judged, so the same question has the same answer; what the question is, is compared value by value.
 */
import { isRecord, type JsonRecord, ownValue } from "../src/domain/json-object.ts";
import type { KubeObject } from "../src/domain/kube-object.ts";
import { sameJson } from "../src/domain/same-json.ts";
import type { AdmittedKind } from "./admitted-kind.ts";
import type { Judged, Judgement } from "./judge.ts";

export type Judge = (admitted: AdmittedKind, judged: Judged) => Judgement;

/** As many writes may be on their way at one time; what is kept longer only costs the garbage collector time. */
const MAX_NAMES = 64;
/** Before and after a change, in both versions. */
const MAX_PER_NAME = 4;
/** All objects together, as JSON; in memory they take a few times as much. */
const MAX_BYTES = 1024 * 1024;
/** Larger questions are not worth remembering. */
const MAX_OBJECT_BYTES = 64 * 1024;

/** A judge that asks another one only what it was not asked just before. */
export function rememberingJudge(judge: Judge): Judge {
  const memory = new Memory();
  return (admitted, judged) => {
    if (judged.bytes > MAX_OBJECT_BYTES) return judge(admitted, judged);
    const name = nameOf(admitted, judged);
    return memory.answer(name, judged) ?? memory.keep(name, judged, judge(admitted, judged));
  };
}

interface Remembered {
  readonly judged: Judged;
  readonly judgement: Judgement;
}

/** Forgets the oldest first. */
class Memory {
  readonly #byName = new Map<string, readonly Remembered[]>();
  #bytes = 0;

  answer(name: string, judged: Judged): Judgement | undefined {
    const known = this.#byName.get(name);
    return known?.find((one) => isSameQuestion(one.judged, judged))?.judgement;
  }

  keep(name: string, judged: Judged, judgement: Judgement): Judgement {
    const known = this.#byName.get(name) ?? [];
    const dropped = known.slice(0, Math.max(0, known.length + 1 - MAX_PER_NAME));
    this.#bytes += judged.bytes - bytesOf(dropped);
    this.#byName.set(name, [...known.slice(dropped.length), { judged, judgement }]);
    for (const [oldest, entries] of this.#byName) {
      if (this.#byName.size <= MAX_NAMES && this.#bytes <= MAX_BYTES) break;
      this.#byName.delete(oldest);
      this.#bytes -= bytesOf(entries);
    }
    return judgement;
  }
}

function bytesOf(entries: readonly Remembered[]): number {
  return entries.reduce((sum, { judged }) => sum + judged.bytes, 0);
}

function nameOf({ kind }: AdmittedKind, { object }: Judged): string {
  const metadata = ownValue(object, "metadata");
  const [namespace, name] = isRecord(metadata) ? [metadata["namespace"], metadata["name"]] : [];
  return `${kind.kind}/${namespace}/${name}`;
}

/** Whether everything that a judgement depends on is the same. */
function isSameQuestion(a: Judged, b: Judged): boolean {
  return (
    a.version === b.version &&
    isSameObject(a.object, b.object) &&
    (a.old === undefined || b.old === undefined ? a.old === b.old : isSameObject(a.old, b.old)) &&
    hasSameNeighbours(a, b)
  );
}

/** What the API server writes into metadata, on which no rule may depend. */
const SERVER_METADATA: ReadonlySet<string> = new Set([
  "managedFields",
  "resourceVersion",
  "uid",
  "generation",
  "creationTimestamp",
]);

function isSameObject(a: JsonRecord, b: JsonRecord): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) =>
      key === "metadata"
        ? isSameMetadata(a[key], b[key])
        : Object.hasOwn(b, key) && sameJson(a[key], b[key]),
    )
  );
}

function isSameMetadata(a: unknown, b: unknown): boolean {
  if (!isRecord(a) || !isRecord(b)) return sameJson(a, b);
  const own = (key: string): boolean => !SERVER_METADATA.has(key);
  const keys = Object.keys(a).filter(own);
  return (
    keys.length === Object.keys(b).filter(own).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/** Age only matters among neighbours; `/mutate` sees an object before it has one. */
function hasSameNeighbours(a: Judged, b: Judged): boolean {
  if (a.neighbours.length === 0 && b.neighbours.length === 0) return true;
  return (
    a.neighbours.length === b.neighbours.length &&
    ageOf(a.object) === ageOf(b.object) &&
    a.neighbours.every((one, index) => identityOf(one) === identityOf(b.neighbours[index]))
  );
}

function ageOf(object: JsonRecord): unknown {
  return isRecord(object["metadata"]) ? object["metadata"]["creationTimestamp"] : undefined;
}

function identityOf(neighbour: KubeObject | undefined): string {
  const { kind, metadata } = neighbour ?? {};
  return JSON.stringify([kind, metadata?.name, metadata?.uid, metadata?.resourceVersion]);
}
