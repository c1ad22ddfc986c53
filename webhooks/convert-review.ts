/** Answers one ConversionReview: from its text, or object by object from its bytes when it is large. */
import type { Conversion } from "../src/domain/conversion/converter.ts";
import { isRecord, type JsonRecord } from "../src/domain/json-object.ts";
import { ByteWriter } from "./byte-writer.ts";
import {
  type ConversionRequest,
  conversionFailure,
  conversionSuccess,
  conversionSuccessEnds,
  readConversionReview,
} from "./conversion-review.ts";
import {
  asMalformed,
  hasLongNumber,
  MalformedJson,
  parseJson,
  printJson,
} from "./lossless-json.ts";
import { shortened } from "./managed-fields.ts";
import { type Span, splitReview } from "./split-review.ts";

/** What conversion needs of a kind. */
export interface ConvertedKind {
  readonly kind: string;
  readonly versions: readonly string[];
  /** Total: the only failure is a version that the kind does not have. */
  convert(object: JsonRecord, apiVersion: string): Conversion;
}

/** What the observer wants to know of an answered review. */
export interface ConversionFacts {
  /** The version of all objects, or `mixed`; the API server sends one at a time. */
  readonly from: string;
  readonly to: string;
  readonly objects: number;
  readonly result: "converted" | "failed";
  /** Objects whose annotation held something that we did not write; it was dropped. */
  readonly ignoredData: number;
}

export type ConvertedReview = ConversionFacts & { readonly text: string };
export type LargeConvertedReview = ConversionFacts & { readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * Converts a review. Throws MalformedJson for texts that are none. One object, which is what the API server sends, is
 * converted without its managedFields, which go from text to text.
 */
export function convertReview(text: string, kinds: readonly ConvertedKind[]): ConvertedReview {
  const short = shortened(text);
  if (short === undefined) return convertText(text, kinds);
  const review = convertText(short.text, kinds);
  if (review.result === "failed") return review;
  const answer = short.restored(review.text);
  return answer === undefined ? convertText(text, kinds) : { ...review, text: answer };
}

function convertText(text: string, kinds: readonly ConvertedKind[]): ConvertedReview {
  const { uid, desiredApiVersion: to, objects } = requestOf(text);
  const outcome = within(text, () => convertAll(objects, to, kinds));
  const { from, ignoredData } = outcome;
  const facts = { from, to, objects: objects.length, ignoredData };
  if (outcome.failure !== undefined) {
    const failure = JSON.stringify(conversionFailure(uid, outcome.failure));
    return { ...facts, result: "failed", text: failure };
  }
  const print = (): string =>
    printJson(conversionSuccess(uid, outcome.converted), hasLongNumber(text));
  return { ...facts, result: "converted", text: within(text, print) };
}

/** As `convertReview`, holding one object at a time. */
export function convertLargeReview(
  bytes: Uint8Array,
  kinds: readonly ConvertedKind[],
): LargeConvertedReview {
  const { envelope, objects } = splitReview(bytes);
  const { uid, desiredApiVersion: to } = requestOf(envelope);
  const [before, after] = conversionSuccessEnds(uid);
  // Conversion adds names and wrappers; an eighth more is enough for any real object.
  const writer = new ByteWriter(Math.ceil(bytes.length * 1.125));
  const facts = { to, objects: objects.length };
  let ignoredData = 0;
  let from = "";
  writer.write(before);
  for (const [index, span] of objects.entries()) {
    const text = textOf(bytes, span);
    const outcome = within(text, () => convertAll([objectOf(text)], to, kinds));
    from = together(from, outcome.from);
    if (outcome.failure !== undefined) {
      const failure = JSON.stringify(conversionFailure(uid, outcome.failure));
      const failed = new TextEncoder().encode(failure);
      return { ...facts, from, ignoredData, result: "failed", bytes: failed };
    }
    ignoredData += outcome.ignoredData;
    if (index > 0) writer.write(",");
    writer.write(within(text, () => printJson(outcome.converted[0], hasLongNumber(text))));
  }
  writer.write(after);
  return { ...facts, from, ignoredData, result: "converted", bytes: writer.bytes() };
}

function requestOf(text: string): ConversionRequest {
  const review = readConversionReview(parseJson(text));
  if (!review.ok) throw new MalformedJson(review.message);
  return review.request;
}

function textOf(bytes: Uint8Array, { start, end }: Span): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}

function objectOf(text: string): JsonRecord {
  const object = parseJson(text);
  if (!isRecord(object)) throw new MalformedJson("request.objects must be a list of objects");
  return object;
}

interface Converted {
  readonly from: string;
  readonly converted: readonly JsonRecord[];
  readonly ignoredData: number;
  /** Why the review fails. */
  readonly failure?: string;
}

function convertAll(
  objects: readonly JsonRecord[],
  apiVersion: string,
  kinds: readonly ConvertedKind[],
): Converted {
  const converted: JsonRecord[] = [];
  let ignoredData = 0;
  let from = "";
  for (const object of objects) {
    const kind = kinds.find((known) => known.kind === object["kind"]);
    const conversion = kind?.convert(object, apiVersion);
    if (kind === undefined || conversion?.kind !== "converted") {
      return { from, converted, ignoredData, failure: failureOf(kind, apiVersion) };
    }
    from = together(from, String(object["apiVersion"]));
    converted.push(conversion.object);
    if (conversion.ignoredData) ignoredData++;
  }
  return { from, converted, ignoredData };
}

/** One name for the versions of two objects. */
function together(one: string, other: string): string {
  return one === "" || one === other ? other : "mixed";
}

function failureOf(kind: ConvertedKind | undefined, apiVersion: string): string {
  if (kind === undefined) return "this operator does not convert objects of this kind";
  return `${kind.kind} cannot be converted: its version or ${apiVersion.slice(0, 100)} is unknown`;
}

/** Running out of stack means nesting beyond any Kubernetes object. */
function within<T>(text: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asMalformed(error, text);
  }
}
