import type { PrismFederation } from "../../../src/api/prism-federation-v1alpha3.ts";
import type { JsonRecord } from "../../../src/domain/json-object.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import type { Valid } from "../../../src/domain/validator.ts";
import { judgeWritten, type WrittenVerdict } from "../../../src/domain/written-verdict.ts";
import { admittedKinds, loadCrds } from "../../../src/kinds.ts";
import type { AdmittedKind } from "../../../webhooks/admitted-kind.ts";

/** As admission judges it. */
const judged = federationIn(admittedKinds(loadCrds()));

function federationIn(kinds: readonly AdmittedKind[]): AdmittedKind {
  const found = kinds.find(({ kind }) => kind.kind === "PrismFederation");
  if (found === undefined) throw new Error("there is no PrismFederation");
  return found;
}

/** The verdict on a federation, and on a change of one. */
export function verdictOn(object: JsonRecord, old?: JsonRecord): WrittenVerdict {
  return judgeWritten(judged, {
    hub: asKube(object),
    version: "v1alpha3",
    context: old === undefined ? {} : { old: asKube(old) },
  });
}

/** A federation with this spec, which must be valid. */
export function validFederation(spec: unknown): Valid<PrismFederation> {
  const verdict = judged.validator.judge(asKube(federation(spec)), {});
  if (verdict.kind === "invalid") throw new Error(JSON.stringify(verdict.problems));
  return verdict.object as unknown as Valid<PrismFederation>;
}

/** A federation with this spec. */
export function federation(spec: unknown, metadata: JsonRecord = {}): JsonRecord {
  return {
    apiVersion: "prism.io/v1alpha3",
    kind: "PrismFederation",
    metadata: { name: "global", namespace: "prism", generation: 1, uid: "u1", ...metadata },
    spec,
  };
}

/** The envelope is right; what is inside is what is judged. */
export function asKube(object: JsonRecord): KubeObject {
  return object as unknown as KubeObject;
}
