/** What an admission handler decides, and how it is written as an AdmissionReview. */
import type { JsonPatch } from "../src/domain/json-patch.ts";
import { ADMISSION_VERSION } from "./admission-review.ts";

/** meta/v1 Status of a denial. */
export interface DenialStatus {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: object;
}

export type AdmissionAnswer =
  | {
      readonly allowed: true;
      /** We only ever add (WH-5). */
      readonly patch: JsonPatch;
      readonly warnings: readonly string[];
    }
  | {
      readonly allowed: false;
      readonly status: DenialStatus;
      readonly warnings: readonly string[];
      /** Ids of the rules that were broken, sorted, without duplicates. */
      readonly rules: readonly string[];
    };

/** The answer of a handler that has nothing to say. */
export const ALLOWED: AdmissionAnswer = { allowed: true, patch: [], warnings: [] };

/** Audit annotation values are kept below this many characters. */
const MAX_AUDIT_CHARS = 1024;

/** The AdmissionReview for an answer, ready to be printed. */
export function admissionReview(uid: string, answer: AdmissionAnswer): object {
  return {
    kind: "AdmissionReview",
    apiVersion: ADMISSION_VERSION,
    response: answer.allowed ? allowedResponse(uid, answer) : deniedResponse(uid, answer),
  };
}

function allowedResponse(uid: string, answer: AdmissionAnswer & { allowed: true }): object {
  return {
    uid,
    allowed: true,
    ...(answer.patch.length > 0 && {
      patchType: "JSONPatch",
      patch: Buffer.from(JSON.stringify(answer.patch, digitsOfBigInt)).toString("base64"),
    }),
    ...(answer.warnings.length > 0 && { warnings: answer.warnings }),
  };
}

function deniedResponse(uid: string, answer: AdmissionAnswer & { allowed: false }): object {
  const { code, reason, message, details } = answer.status;
  return {
    uid,
    allowed: false,
    status: { status: "Failure", code, reason, message, ...(details && { details }) },
    ...(answer.warnings.length > 0 && { warnings: answer.warnings }),
    ...(answer.rules.length > 0 && {
      auditAnnotations: { rule: answer.rules.join(",").slice(0, MAX_AUDIT_CHARS) },
    }),
  };
}

function digitsOfBigInt(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? JSON.rawJSON(value.toString()) : value;
}
