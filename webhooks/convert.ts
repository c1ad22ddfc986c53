/** `/convert`: small reviews on the event loop, large ones in a worker thread, so that admission does not wait for them. */

import {
  type ConversionFacts,
  type ConvertedKind,
  convertReview,
  type LargeConvertedReview,
} from "./convert-review.ts";
import type { ReviewHandler } from "./listener.ts";
import type { WebhookObserver } from "./observer.ts";

/** Converts large reviews elsewhere; rejects with MalformedJson for bodies that are none. */
export interface LargeReviewConverter {
  convert(body: Uint8Array<ArrayBuffer>): Promise<LargeConvertedReview>;
}

export interface ConvertOptions {
  readonly kinds: readonly ConvertedKind[];
  readonly large: LargeReviewConverter;
  readonly observer: WebhookObserver;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** The handler of `/convert`. */
export function createConvertHandler(options: ConvertOptions): ReviewHandler {
  const { kinds, large, observer, now } = options;
  const label = versionLabels(kinds);
  const report = (review: ConversionFacts, startedAt: number): void => {
    const { objects, result, ignoredData } = review;
    const seconds = (now() - startedAt) / 1000;
    const versions = { from: label(review.from), to: label(review.to) };
    observer.converted({ ...versions, objects, seconds, result, ignoredData });
  };
  return (body) => {
    const startedAt = now();
    if (typeof body !== "string") {
      return large.convert(body).then((review) => {
        report(review, startedAt);
        return { code: 200, body: review.bytes };
      });
    }
    const review = convertReview(body, kinds);
    report(review, startedAt);
    return { code: 200, body: review.text };
  };
}

/** Versions without their group; those that are not ours may name anything and are fit for no label. */
function versionLabels(kinds: readonly ConvertedKind[]): (apiVersion: string) => string {
  const known = new Set(["mixed", ...kinds.flatMap(({ versions }) => versions)]);
  return (apiVersion) => {
    const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
    return known.has(version) ? version : "other";
  };
}
