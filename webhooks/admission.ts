/** What the admission webhooks share: from a body to a request for one of our kinds, and from a decision to an answer. */
import type { Family } from "../src/domain/family.ts";
import type { KubeObject } from "../src/domain/kube-object.ts";
import { type AdmissionAnswer, admissionReview } from "./admission-answer.ts";
import { type AdmissionRequest, readAdmissionReview } from "./admission-review.ts";
import type { AdmittedKind } from "./admitted-kind.ts";
import type { Judge } from "./judgement-memory.ts";
import type { ReviewHandler } from "./listener.ts";
import { asMalformed, MalformedJson, parseJson } from "./lossless-json.ts";
import { withoutManagedFields } from "./managed-fields.ts";
import type { WebhookName, WebhookObserver } from "./observer.ts";

export interface AdmissionOptions {
  readonly kinds: readonly AdmittedKind[];
  readonly observer: WebhookObserver;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Other objects of our kinds in a namespace, from a cache; empty where there is none yet. */
  readonly neighbours: (namespace: string) => readonly KubeObject[];
  /** Objects of our kinds everywhere, from a cache. */
  readonly family: Family;
}

/** What a webhook needs that judges objects. */
export interface JudgingOptions extends AdmissionOptions {
  readonly judge: Judge;
}

/** A request that is about a kind of ours; `bytes` is at least the length of its object as JSON. */
export interface KnownRequest {
  readonly request: AdmissionRequest;
  readonly admitted: AdmittedKind;
  readonly bytes: number;
}

/** Makes the handler of one admission webhook from its decision. */
export function createAdmissionHandler(
  webhook: WebhookName,
  options: AdmissionOptions,
  decide: (known: KnownRequest) => AdmissionAnswer,
): ReviewHandler {
  const { observer, now } = options;
  return (body) => {
    const startedAt = now();
    const text = typeof body === "string" ? body : new TextDecoder().decode(body);
    const known = readRequest(text, options.kinds);
    const answer = decideWithin(text, () => decide(known));
    observer.admitted({
      webhook,
      operation: known.request.operation,
      kind: known.request.kind.kind,
      version: knownVersion(known),
      result: answer.allowed ? "allowed" : "denied",
      seconds: (now() - startedAt) / 1000,
      rules: answer.allowed ? [] : answer.rules,
      uid: known.request.uid,
      user: known.request.user,
      namespace: known.request.namespace,
      name: known.request.name,
    });
    return { code: 200, body: JSON.stringify(admissionReview(known.request.uid, answer)) };
  };
}

function readRequest(text: string, kinds: readonly AdmittedKind[]): KnownRequest {
  const review = readAdmissionReview(parseJson(withoutManagedFields(text)));
  if (!review.ok) throw new MalformedJson(review.message);
  const { kind } = review.request;
  const admitted = kinds.find((known) => known.kind.kind === kind.kind);
  if (admitted === undefined || admitted.kind.group !== kind.group) {
    throw new MalformedJson("request.kind is none of the kinds that this operator admits");
  }
  if (admitted.kind.hub !== kind.version) {
    const hub = `${admitted.kind.kind} in ${admitted.kind.hub}`;
    throw new MalformedJson(`this webhook takes ${hub} only: set matchPolicy to Equivalent`);
  }
  return { request: review.request, admitted, bytes: text.length };
}

/** A judgement that runs out of stack met an object nested beyond any schema. */
function decideWithin(text: string, decide: () => AdmissionAnswer): AdmissionAnswer {
  try {
    return decide();
  } catch (error) {
    throw asMalformed(error, text);
  }
}

/** The user's version as a label. */
function knownVersion({ request, admitted }: KnownRequest): string {
  const { version } = request.requestKind;
  return admitted.kind.versions.includes(version) ? version : "other";
}
