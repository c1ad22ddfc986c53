/**
 * Remembers what `/mutate` found sound. The API server asks twice for each write, `/mutate` and then `/validate`, and a
 * judgement is a function of what is judged: the same question has the same answer. Questions are compared by a digest,
 * since whole objects would be the only thing here that lives longer than a request.
 */
import { hash } from "node:crypto";
import { isRecord, type JsonRecord, ownValue } from "../src/domain/json-object.ts";
import type { KubeObject } from "../src/domain/kube-object.ts";
import type { AdmittedKind } from "./admitted-kind.ts";
import type { Judged, Judgement } from "./judge.ts";
import { printJson } from "./lossless-json.ts";

export type Judge = (admitted: AdmittedKind, judged: Judged) => Judgement;

/** The judges of the two webhooks that are asked about one write. */
export interface JudgePair {
  /** Keeps what it finds sound; what is refused never comes to `/validate`. */
  readonly mutate: Judge;
  /** Asks the other one's memory first and keeps nothing: nobody asks it twice. */
  readonly validate: Judge;
}

/** As many writes may be on their way at one time. */
const MAX_NAMES = 256;
/** Before and after a change, in both versions. */
const MAX_PER_NAME = 4;
/** Larger questions are not worth remembering. */
const MAX_OBJECT_BYTES = 64 * 1024;

/** Judges that share a memory. */
export function rememberingJudges(judge: Judge): JudgePair {
  const memory = new Memory();
  return {
    mutate: (admitted, judged) => {
      if (judged.bytes > MAX_OBJECT_BYTES) return judge(admitted, judged);
      const name = nameOf(admitted, judged);
      const digest = digestOf(judged);
      const judgement = memory.answer(name, digest) ?? judge(admitted, judged);
      if (judgement.problems.length === 0) memory.keep(name, digest, judgement);
      return judgement;
    },
    validate: (admitted, judged) => {
      const name = nameOf(admitted, judged);
      // Nothing is printed for a name that nobody asked about.
      const known = memory.knows(name) ? memory.answer(name, digestOf(judged)) : undefined;
      return known ?? judge(admitted, judged);
    },
  };
}

interface Remembered {
  readonly digest: string;
  readonly judgement: Judgement;
}

/** Forgets the oldest first. */
class Memory {
  readonly #byName = new Map<string, readonly Remembered[]>();

  knows(name: string): boolean {
    return this.#byName.has(name);
  }

  answer(name: string, digest: string): Judgement | undefined {
    return this.#byName.get(name)?.find((one) => one.digest === digest)?.judgement;
  }

  keep(name: string, digest: string, judgement: Judgement): void {
    const known = (this.#byName.get(name) ?? []).filter((one) => one.digest !== digest);
    this.#byName.set(name, [...known.slice(-MAX_PER_NAME + 1), { digest, judgement }]);
    for (const oldest of this.#byName.keys()) {
      if (this.#byName.size <= MAX_NAMES) break;
      this.#byName.delete(oldest);
    }
  }
}

function nameOf({ kind }: AdmittedKind, { object }: Judged): string {
  const metadata = ownValue(object, "metadata");
  const [namespace, name] = isRecord(metadata) ? [metadata["namespace"], metadata["name"]] : [];
  return `${kind.kind}/${namespace}/${name}`;
}

/**
 * Stands for everything that a judgement depends on. Keys count in their order: kube-apiserver sorts them, and an object
 * whose keys come in another order is only judged again.
 */
function digestOf({ object, old, version, neighbours }: Judged): string {
  const text = `${JSON.stringify(version)}\n${printed(object)}\n${old === undefined ? "" : printed(old)}\n${among(object, neighbours)}`;
  return hash("sha256", text, "base64");
}

/** What the API server writes into metadata, on which no rule may depend. */
const SERVER_METADATA: ReadonlySet<string> = new Set([
  "managedFields",
  "resourceVersion",
  "uid",
  "generation",
  "creationTimestamp",
]);

function printed(object: JsonRecord): string {
  const metadata = ownValue(object, "metadata");
  const own = isRecord(metadata) ? { ...object, metadata: withoutServerFields(metadata) } : object;
  try {
    return printJson(own, false);
  } catch (error) {
    if (error instanceof TypeError) return printJson(own, true);
    throw error;
  }
}

function withoutServerFields(metadata: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !SERVER_METADATA.has(key)));
}

/** Age only matters among neighbours; `/mutate` sees an object before it has one. */
function among(object: JsonRecord, neighbours: readonly KubeObject[]): string {
  if (neighbours.length === 0) return "";
  const metadata = ownValue(object, "metadata");
  const age = isRecord(metadata) ? metadata["creationTimestamp"] : undefined;
  const identities = neighbours.map(({ kind, metadata: { name, uid, resourceVersion } }) => [
    kind,
    name,
    uid,
    resourceVersion,
  ]);
  return JSON.stringify([age, identities]);
}
