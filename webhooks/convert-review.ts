/** Answers one ConversionReview from its text; the same code serves the event loop and the worker thread. */
import type { Conversion } from "../src/domain/conversion/converter.ts";
import type { JsonRecord } from "../src/domain/json-object.ts";
import {
  type ConversionRequest,
  conversionFailure,
  conversionSuccess,
  readConversionReview,
} from "./conversion-review.ts";
import {
  asMalformed,
  hasLongNumber,
  MalformedJson,
  parseJson,
  printJson,
} from "./lossless-json.ts";

/** What conversion needs of a kind. */
export interface ConvertedKind {
  readonly kind: string;
  /** Total: the only failure is a version that the kind does not have. */
  convert(object: JsonRecord, apiVersion: string): Conversion;
}

/** The answer's text, and what the observer wants to know of it. */
export interface ConvertedReview {
  readonly text: string;
  readonly to: string;
  readonly objects: number;
  readonly result: "converted" | "failed";
  /** Objects whose annotation held something that we did not write; it was dropped. */
  readonly ignoredData: number;
}

/** Converts a review. Throws MalformedJson for texts that are none. */
export function convertReview(text: string, kinds: readonly ConvertedKind[]): ConvertedReview {
  const review = readConversionReview(parseJson(text));
  if (!review.ok) throw new MalformedJson(review.message);
  try {
    return convertRequest(review.request, kinds, hasLongNumber(text));
  } catch (error) {
    throw asMalformed(error, text);
  }
}

function convertRequest(
  { uid, desiredApiVersion, objects }: ConversionRequest,
  kinds: readonly ConvertedKind[],
  mayHaveBigInt: boolean,
): ConvertedReview {
  const converted: unknown[] = [];
  let ignoredData = 0;
  for (const object of objects) {
    const outcome = convertOne(object, desiredApiVersion, kinds);
    if (typeof outcome === "string") {
      const text = JSON.stringify(conversionFailure(uid, outcome));
      return {
        text,
        to: desiredApiVersion,
        objects: objects.length,
        result: "failed",
        ignoredData,
      };
    }
    converted.push(outcome.object);
    if (outcome.ignoredData) ignoredData++;
  }
  return {
    text: printJson(conversionSuccess(uid, converted), mayHaveBigInt),
    to: desiredApiVersion,
    objects: objects.length,
    result: "converted",
    ignoredData,
  };
}

/** The converted object, or why its review fails. */
function convertOne(
  object: JsonRecord,
  apiVersion: string,
  kinds: readonly ConvertedKind[],
): (Conversion & { kind: "converted" }) | string {
  const kind = kinds.find((known) => known.kind === object["kind"]);
  if (kind === undefined) return "this operator does not convert objects of this kind";
  const conversion = kind.convert(object, apiVersion);
  return conversion.kind === "converted"
    ? conversion
    : `${kind.kind} cannot be converted: its version or ${apiVersion} is unknown`;
}
