/** Reads the body of a review within limits of type, size and memory; says nothing about its content. */
import type { IncomingMessage } from "node:http";
import { type ByteBudget, createByteBudget } from "./byte-budget.ts";
import type { Fault } from "./status-answer.ts";

/** Larger bodies stay bytes: a worker thread takes them without a copy. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** A text of at most MAX_TEXT_BYTES, or the bytes of a larger one in a buffer of their own. */
export type ReviewBody = string | Uint8Array<ArrayBuffer>;

/** A body, or why there is none. Whoever gets a body gives `reserved` back to the budget when done with it. */
export type BodyOutcome =
  | { readonly ok: true; readonly body: ReviewBody; readonly reserved: number }
  | { readonly ok: false; readonly fault: Fault };

export interface BodyReader {
  /**
   * Reads a whole body and calls back once. A callback, not a promise: the path of a small review has no await in it,
   * which is worth a tenth of the call.
   */
  read(incoming: IncomingMessage, maxBytes: number, done: (outcome: BodyOutcome) => void): void;
  /** Gives memory back that `read` reserved. */
  release(reserved: number): void;
  /** Ends the watch over slow senders. */
  stop(): void;
}

const LENGTH = /^\d{1,15}$/;
const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;
const SWEEP_MS = 1_000;
/** What is thrown away of a refused body before the answer: a client that still writes would see a reset instead. */
const MAX_DISCARD_BYTES = 64 * 1024 * 1024;
const MAX_DISCARD_MS = 2_000;

export interface BodyReaderOptions {
  /** All bodies together. */
  readonly totalBytes: number;
  /** How long one body may take, so that slow senders hold no memory. */
  readonly bodyMs: number;
}

/** A reader that is bounded in memory and time. */
export function createBodyReader({ totalBytes, bodyMs }: BodyReaderOptions): BodyReader {
  const budget = createByteBudget(totalBytes);
  // Since which sweep; one timer for all, and no clock: a timer a request costs 3 % of a call.
  const arriving = new Map<IncomingMessage, number>();
  let sweeps = 0;
  const allowedSweeps = Math.ceil(bodyMs / SWEEP_MS);
  const sweep = setInterval(() => cutSlow(arriving, ++sweeps - allowedSweeps), SWEEP_MS).unref();
  return {
    read(incoming, maxBytes, done) {
      const reserved = declaredLength(incoming) ?? maxBytes;
      const fault = headerFault(incoming, reserved, maxBytes) ?? budgetFault(budget, reserved);
      if (fault !== undefined) {
        discard(incoming, () => done({ ok: false, fault }));
        return;
      }
      arriving.set(incoming, sweeps);
      collect(incoming, maxBytes, (outcome) => {
        arriving.delete(incoming);
        if (!outcome.ok) budget.give(reserved);
        done(outcome.ok ? { ok: true, body: outcome.body, reserved } : outcome);
      });
    },
    release: (reserved) => budget.give(reserved),
    stop: () => clearInterval(sweep),
  };
}

/** Ends what began to arrive before a sweep. */
function cutSlow(arriving: ReadonlyMap<IncomingMessage, number>, sweep: number): void {
  for (const [incoming, since] of arriving) if (since < sweep) incoming.destroy();
}

function budgetFault(budget: ByteBudget, bytes: number): Fault | undefined {
  if (budget.take(bytes)) return undefined;
  return { code: 503, message: "too many large requests at once" };
}

function declaredLength(incoming: IncomingMessage): number | undefined {
  const text = incoming.headers["content-length"];
  return text !== undefined && LENGTH.test(text) ? Number(text) : undefined;
}

function headerFault(
  incoming: IncomingMessage,
  bytes: number,
  maxBytes: number,
): Fault | undefined {
  const { headers } = incoming;
  if (!JSON_TYPE.test(headers["content-type"] ?? "")) {
    return { code: 415, message: "content type must be application/json" };
  }
  if (headers["content-encoding"] !== undefined) {
    return { code: 415, message: "content encodings are not supported" };
  }
  return bytes > maxBytes ? tooLarge(maxBytes) : undefined;
}

function tooLarge(maxBytes: number): Fault {
  return { code: 413, message: `the body must not exceed ${maxBytes} bytes` };
}

type Collected =
  | { readonly ok: true; readonly body: ReviewBody }
  | { readonly ok: false; readonly fault: Fault };

/** HTTP ends a body at its Content-Length; one without is counted while it streams. */
function collect(
  incoming: IncomingMessage,
  maxBytes: number,
  done: (outcome: Collected) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isDone = false;
  const finish = (outcome: Collected): void => {
    // Listeners stay where they are: taking them off costs more than asking.
    if (isDone) return;
    isDone = true;
    done(outcome);
  };
  incoming.on("data", (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes <= maxBytes) chunks.push(chunk);
    else finish({ ok: false, fault: tooLarge(maxBytes) });
  });
  incoming.on("end", () => finish({ ok: true, body: bodyOf(chunks, bytes) }));
  incoming.on("close", () =>
    finish({ ok: false, fault: { code: 400, message: "the body ended early" } }),
  );
}

function bodyOf(chunks: readonly Buffer[], bytes: number): ReviewBody {
  if (bytes > MAX_TEXT_BYTES) return joined(chunks, bytes);
  const [first] = chunks;
  const isWhole = chunks.length === 1 && first !== undefined;
  return (isWhole ? first : Buffer.concat(chunks, bytes)).toString();
}

function joined(chunks: readonly Buffer[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function discard(incoming: IncomingMessage, done: () => void): void {
  if (incoming.complete) {
    done();
    return;
  }
  let bytes = 0;
  const finish = (): void => {
    clearTimeout(timer);
    incoming.off("data", count).off("end", finish).off("close", finish);
    done();
  };
  const count = (chunk: Buffer): void => {
    bytes += chunk.byteLength;
    if (bytes > MAX_DISCARD_BYTES) finish();
  };
  const timer = setTimeout(finish, MAX_DISCARD_MS).unref();
  incoming.on("data", count).on("end", finish).on("close", finish);
}
