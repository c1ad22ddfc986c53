/**
 * Remembers judgements. The API server asks twice for each write, `/mutate` and `/validate`, and GitOps tools ask again
 * every few minutes for what has not changed. A judgement is a function of what is judged, so the same question has the
 * same answer; what the question is, is taken from the content and nothing else.
 */
import { isRecord, type JsonRecord } from "../src/domain/json-object.ts";
import type { KubeObject } from "../src/domain/kube-object.ts";
import type { AdmittedKind } from "./admitted-kind.ts";
import type { Judged, Judgement } from "./judge.ts";

export type Judge = (admitted: AdmittedKind, judged: Judged) => Judgement;

/** About a thousand objects of the size of the source's example. */
const MAX_CHARS = 4 * 1024 * 1024;
/** Larger questions are not worth remembering. */
const MAX_KEY_CHARS = 64 * 1024;

/** A judge that asks another one only what it was not asked lately. */
export function rememberingJudge(judge: Judge): Judge {
  const memory = new Memory();
  return (admitted, judged) => {
    const question = questionOf(admitted, judged);
    if (question === undefined) return judge(admitted, judged);
    return memory.answer(question) ?? memory.keep(question, judge(admitted, judged));
  };
}

/** Bounded by the length of its questions; forgets the oldest first. */
class Memory {
  readonly #answers = new Map<string, Judgement>();
  #chars = 0;

  answer(question: string): Judgement | undefined {
    return this.#answers.get(question);
  }

  keep(question: string, judgement: Judgement): Judgement {
    this.#answers.set(question, judgement);
    this.#chars += question.length;
    for (const oldest of this.#answers.keys()) {
      if (this.#chars <= MAX_CHARS) break;
      this.#answers.delete(oldest);
      this.#chars -= oldest.length;
    }
    return judgement;
  }
}

/** Everything that a judgement depends on, as a text; undefined for what has none (integers beyond 2^53) or is too long. */
function questionOf({ kind }: AdmittedKind, judged: Judged): string | undefined {
  const { object, old, version, neighbours, bytes } = judged;
  if (bytes > MAX_KEY_CHARS) return undefined;
  try {
    return JSON.stringify([
      kind.kind,
      version,
      withoutServerMetadata(object),
      old && withoutServerMetadata(old),
      // Age only matters among neighbours; `/mutate` sees an object before it has one.
      neighbours.length === 0 ? [] : [ageOf(object), neighbours.map(identityOf)],
    ]);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The object without what the API server writes into its metadata, which no rule may depend on. */
function withoutServerMetadata(object: JsonRecord): JsonRecord {
  const { metadata } = object;
  if (!isRecord(metadata)) return object;
  const { managedFields, resourceVersion, uid, generation, creationTimestamp, ...own } = metadata;
  return { ...object, metadata: own };
}

function ageOf(object: JsonRecord): unknown {
  return isRecord(object["metadata"]) ? object["metadata"]["creationTimestamp"] : undefined;
}

function identityOf({ kind, metadata }: KubeObject): readonly unknown[] {
  return [kind, metadata.name, metadata.uid, metadata.resourceVersion];
}
