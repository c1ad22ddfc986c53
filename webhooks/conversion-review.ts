/** The envelope of apiextensions.k8s.io/v1 ConversionReview. */
import { isRecord, type JsonRecord } from "../src/domain/json-object.ts";
import { envelopeFault, type ReviewOutcome } from "./admission-review.ts";

const CONVERSION_VERSION = "apiextensions.k8s.io/v1";

export interface ConversionRequest {
  readonly uid: string;
  readonly desiredApiVersion: string;
  readonly objects: readonly JsonRecord[];
}

/** Reads a review; every object must be a JSON object, its content is no concern here. */
export function readConversionReview(review: unknown): ReviewOutcome<ConversionRequest> {
  const envelope = envelopeFault(review, CONVERSION_VERSION, "ConversionReview");
  if (envelope !== undefined) return { ok: false, message: envelope };
  const request = isRecord(review) ? review["request"] : undefined;
  if (!isRecord(request)) return { ok: false, message: "the review has no request" };
  const { uid, desiredAPIVersion, objects } = request;
  if (typeof uid !== "string" || uid === "") {
    return { ok: false, message: "request.uid must be a text" };
  }
  if (typeof desiredAPIVersion !== "string" || desiredAPIVersion === "") {
    return { ok: false, message: "request.desiredAPIVersion must be a text" };
  }
  if (!Array.isArray(objects) || !objects.every(isRecord)) {
    return { ok: false, message: "request.objects must be a list of objects" };
  }
  return { ok: true, request: { uid, desiredApiVersion: desiredAPIVersion, objects } };
}

/** The review that answers `uid` with converted objects. */
export function conversionSuccess(uid: string, convertedObjects: readonly unknown[]): object {
  return {
    kind: "ConversionReview",
    apiVersion: CONVERSION_VERSION,
    response: { uid, convertedObjects, result: { status: "Success" } },
  };
}

/** The text of `conversionSuccess` before and after its objects. */
export function conversionSuccessEnds(uid: string): readonly [before: string, after: string] {
  const text = JSON.stringify(conversionSuccess(uid, []));
  const list = text.lastIndexOf("[]");
  return [text.slice(0, list + 1), text.slice(list + 1)];
}

/** The review that answers `uid` with a failure; only for versions and kinds that we do not have (CONV-2). */
export function conversionFailure(uid: string, message: string): object {
  return {
    kind: "ConversionReview",
    apiVersion: CONVERSION_VERSION,
    response: { uid, convertedObjects: [], result: { status: "Failure", message } },
  };
}
