import type { ApiFailure } from "../controller/api-result.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import type { Clock } from "../engine/clock.ts";
import { failureOf, unreachable } from "./api-failure.ts";
import { LineSplitter } from "./json-lines.ts";
import { isKubeObject } from "./kube-object-shape.ts";
import type { OpenStream } from "./transport.ts";

/** How a watch ended: at its time, because its version is too old, or broken. */
export type WatchEnd =
  | { readonly kind: "ended" }
  | { readonly kind: "gone" }
  | { readonly kind: "failed"; readonly failure: ApiFailure };

/** What a watch needs while it is read. */
export interface WatchReader {
  readonly clock: Clock;
  /** The time after which the server was asked to end the watch. */
  readonly endsWithinMs: number;
  /** True while something is known to be on its way: an own write that has not come back. */
  readonly isBehind: () => boolean;
  readonly event: (type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK", object: KubeObject) => void;
}

/** The server ends a watch at its time; one that lasts longer than this beyond it does not come through. */
const GRACE_MS = 5_000;
/** An own write comes back within milliseconds; a watch that does not bring it is dead. */
const BEHIND_MS = 10_000;
const LOOK_MS = 2_500;

type Line =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK"; readonly object: KubeObject }
  | { readonly end: WatchEnd };

/** Reads events until the stream ends, breaks or falls silent. */
export async function readWatch(stream: OpenStream, reader: WatchReader): Promise<WatchEnd> {
  const guard = new SilenceGuard(stream, reader);
  try {
    const end = await readLines(stream, reader);
    return guard.silent ? silence() : end;
  } catch (error) {
    return guard.silent ? silence() : { kind: "failed", failure: unreachable(error) };
  } finally {
    guard.end();
    stream.close();
  }
}

async function readLines(stream: OpenStream, reader: WatchReader): Promise<WatchEnd> {
  const lines = new LineSplitter();
  for await (const chunk of stream.body) {
    for (const text of lines.push(chunk)) {
      const line = parseLine(text);
      if ("end" in line) return line.end;
      reader.event(line.type, line.object);
    }
  }
  return { kind: "ended" };
}

function silence(): WatchEnd {
  const message = "the watch fell silent";
  return { kind: "failed", failure: { kind: "unreachable", code: 0, reason: "Silent", message } };
}

/** Closes a stream that brings nothing although it should. */
class SilenceGuard {
  silent = false;
  readonly #stream: OpenStream;
  readonly #reader: WatchReader;
  readonly #endsAt: number;
  #behindSince: number | undefined;
  #cancel: () => void;

  constructor(stream: OpenStream, reader: WatchReader) {
    this.#stream = stream;
    this.#reader = reader;
    this.#endsAt = reader.clock.now() + reader.endsWithinMs + GRACE_MS;
    this.#cancel = reader.clock.after(LOOK_MS, () => this.#look());
  }

  end(): void {
    this.#cancel();
  }

  #look(): void {
    const now = this.#reader.clock.now();
    if (!this.#reader.isBehind()) this.#behindSince = undefined;
    else this.#behindSince ??= now;
    const behind = this.#behindSince !== undefined && now - this.#behindSince > BEHIND_MS;
    if (behind || now > this.#endsAt) {
      this.silent = true;
      this.#stream.close();
      return;
    }
    this.#cancel = this.#reader.clock.after(LOOK_MS, () => this.#look());
  }
}

function parseLine(text: string): Line {
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event !== "object" || event === null) return broken(text);
    const type = "type" in event ? event.type : undefined;
    const object = "object" in event ? event.object : undefined;
    if (type === "ERROR") return { end: errorEnd(object) };
    if (!isWatchType(type)) return broken(text);
    if (type === "BOOKMARK") return { type, object: bookmarkOf(object) };
    return isKubeObject(object) ? { type, object } : broken(text);
  } catch {
    return broken(text);
  }
}

function isWatchType(type: unknown): type is "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" {
  return type === "ADDED" || type === "MODIFIED" || type === "DELETED" || type === "BOOKMARK";
}

/** A bookmark has a resourceVersion and no name. */
function bookmarkOf(object: unknown): KubeObject {
  const metadata =
    typeof object === "object" && object !== null && "metadata" in object ? object.metadata : {};
  const version =
    typeof metadata === "object" && metadata !== null && "resourceVersion" in metadata
      ? String(metadata.resourceVersion)
      : "0";
  return { apiVersion: "", kind: "", metadata: { name: "", resourceVersion: version } };
}

function errorEnd(status: unknown): WatchEnd {
  const code =
    typeof status === "object" && status !== null && "code" in status ? Number(status.code) : 500;
  const failure = failureOf(code, undefined, JSON.stringify(status));
  return failure.kind === "gone" ? { kind: "gone" } : { kind: "failed", failure };
}

/** Says how long the bad line was, never what it held. */
function broken(text: string): Line {
  const message = `a line of ${text.length} characters is no watch event`;
  return {
    end: { kind: "failed", failure: { kind: "other", code: 200, reason: "Malformed", message } },
  };
}
