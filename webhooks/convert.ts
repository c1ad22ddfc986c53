/** `/convert`: small reviews on the event loop, large ones in a worker thread, so that admission does not wait for them. */
import type { ReviewHandler } from "./app.ts";
import {
  type ConversionFacts,
  type ConvertedKind,
  convertReview,
  type LargeConvertedReview,
} from "./convert-review.ts";
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
  const report = (review: ConversionFacts, startedAt: number): void => {
    const { to, objects, result, ignoredData } = review;
    const isOurs = result === "converted";
    const seconds = (now() - startedAt) / 1000;
    observer.converted({ to: isOurs ? to : "other", objects, seconds, result, ignoredData });
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
