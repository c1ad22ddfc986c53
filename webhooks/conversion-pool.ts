/** A worker thread for large reviews: made when the first comes, ended when none came for a while, replaced when it dies. */
import { Worker } from "node:worker_threads";
import type { LargeReviewConverter } from "./convert.ts";
import type { LargeConvertedReview } from "./convert-review.ts";
import { MalformedJson } from "./lossless-json.ts";

/** What the worker is sent. */
export interface ConversionJob {
  readonly id: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What it answers. */
export type ConversionReply =
  | { readonly id: number; readonly review: LargeConvertedReview }
  | { readonly id: number; readonly malformed: string }
  | { readonly id: number; readonly error: unknown };

export interface ConversionPool extends LargeReviewConverter {
  close(): Promise<void>;
}

export interface ConversionPoolOptions {
  /** Entry file of the worker. */
  readonly entry: URL;
  /** Heap of the worker, apart from the operator's own. */
  readonly heapMb: number;
  /** After so long without a review the worker gives its memory back. */
  readonly idleMs: number;
}

interface Waiter {
  readonly resolve: (review: LargeConvertedReview) => void;
  readonly reject: (error: unknown) => void;
}

/** Starts nothing before the first review. */
export function createConversionPool(options: ConversionPoolOptions): ConversionPool {
  const pool = new Pool(options);
  return { convert: (body) => pool.convert(body), close: () => pool.close() };
}

class Pool {
  readonly #options: ConversionPoolOptions;
  readonly #waiters = new Map<number, Waiter>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(options: ConversionPoolOptions) {
    this.#options = options;
  }

  convert(body: Uint8Array<ArrayBuffer>): Promise<LargeConvertedReview> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject });
      worker.postMessage({ id, body } satisfies ConversionJob, [body.buffer]);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#options.entry, {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMb },
    });
    worker.on("message", (reply: ConversionReply) => this.#settle(reply));
    worker.on("error", (error) => this.#lose(worker, error));
    worker.on("exit", () => this.#lose(worker, new Error("the conversion worker ended")));
    worker.unref();
    return worker;
  }

  #settle(reply: ConversionReply): void {
    const waiter = this.#waiters.get(reply.id);
    this.#waiters.delete(reply.id);
    if ("review" in reply) waiter?.resolve(reply.review);
    else if ("malformed" in reply) waiter?.reject(new MalformedJson(reply.malformed));
    else waiter?.reject(new Error("conversion failed", { cause: reply.error }));
    if (this.#waiters.size === 0) this.#rest();
  }

  #rest(): void {
    this.#idle = setTimeout(() => void this.close(), this.#options.idleMs).unref();
  }

  /** Every review in a worker that died fails; the next one gets a new worker. */
  #lose(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
  }
}
