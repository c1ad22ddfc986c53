/** The envelope of admission.k8s.io/v1 AdmissionReview: read defensively, answered with the same apiVersion and kind. */

import { isRecord, type JsonRecord } from "../src/domain/json-object.ts";

export const ADMISSION_VERSION = "admission.k8s.io/v1";

const OPERATIONS = ["CREATE", "UPDATE", "DELETE", "CONNECT"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** The part of AdmissionRequest that we use. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: Operation;
  /** Group, kind and version of `object` as sent to us. */
  readonly kind: GroupVersionKind;
  /** The version the user wrote; equals `kind` unless the API server converted for us (matchPolicy Equivalent). */
  readonly requestKind: GroupVersionKind;
  readonly subResource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: string;
  readonly object: JsonRecord | undefined;
  readonly oldObject: JsonRecord | undefined;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A request, or why the review holds none that we can serve. */
export type ReviewOutcome<T> =
  | { readonly ok: true; readonly request: T }
  | { readonly ok: false; readonly message: string };

/** Reads a review; wrong types anywhere in the envelope make it invalid. */
export function readAdmissionReview(review: unknown): ReviewOutcome<AdmissionRequest> {
  const envelope = envelopeFault(review, ADMISSION_VERSION, "AdmissionReview");
  if (envelope !== undefined) return invalid(envelope);
  const request = isRecord(review) ? review["request"] : undefined;
  if (!isRecord(request)) return invalid("the review has no request");
  const uid = textOf(request["uid"]);
  if (uid === "") return invalid("request.uid must be a text");
  const operation = OPERATIONS.find((known) => known === request["operation"]);
  if (operation === undefined) return invalid("request.operation is unknown");
  const kind = kindOf(request["kind"]);
  if (kind === undefined) return invalid("request.kind must have group, version and kind");
  const objects = objectsFault(request, operation);
  if (objects !== undefined) return invalid(objects);
  return { ok: true, request: requestOf(request, uid, operation, kind) };
}

/** What is wrong with apiVersion and kind of a review; undefined when nothing is. */
export function envelopeFault(review: unknown, version: string, kind: string): string | undefined {
  if (!isRecord(review)) return "the body must be a JSON object";
  if (review["kind"] !== kind) return `kind must be ${kind}`;
  if (review["apiVersion"] !== version) return `apiVersion must be ${version}`;
  return undefined;
}

function objectsFault(request: JsonRecord, operation: Operation): string | undefined {
  const needsObject = operation === "CREATE" || operation === "UPDATE";
  if (needsObject && !isRecord(request["object"])) return "request.object must be an object";
  const needsOld = operation === "UPDATE" || operation === "DELETE";
  if (needsOld && !isRecord(request["oldObject"])) return "request.oldObject must be an object";
  return undefined;
}

function requestOf(
  request: JsonRecord,
  uid: string,
  operation: Operation,
  kind: GroupVersionKind,
): AdmissionRequest {
  const { object, oldObject, userInfo } = request;
  return {
    uid,
    operation,
    kind,
    requestKind: kindOf(request["requestKind"]) ?? kind,
    subResource: textOf(request["subResource"]),
    namespace: textOf(request["namespace"]),
    name: textOf(request["name"]),
    user: isRecord(userInfo) ? textOf(userInfo["username"]) : "",
    object: isRecord(object) ? object : undefined,
    oldObject: isRecord(oldObject) ? oldObject : undefined,
  };
}

function kindOf(value: unknown): GroupVersionKind | undefined {
  if (!isRecord(value)) return undefined;
  const group = textOf(value["group"]);
  const version = textOf(value["version"]);
  const kind = textOf(value["kind"]);
  return version === "" || kind === "" ? undefined : { group, version, kind };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function invalid(message: string): { ok: false; message: string } {
  return { ok: false, message };
}
