/**
 * A load generator in a process of its own: requests on keep-alive connections, one after the other on each. It does as
 * little as possible, so that the server under test is the slower side.
 * Reads its options as JSON from the first argument and prints one line of JSON.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { openHttp1 } from "./http1-connection.ts";
import { openHttp2 } from "./http2-connection.ts";
import { percentile } from "./statistics.ts";

/** One request of a turn. */
export interface Step {
  readonly path: string;
  /** File with the body. */
  readonly bodyFile: string;
}

/** What to send, and how much. */
export interface LoadOptions {
  readonly port: number;
  readonly protocol: "http/1.1" | "h2";
  /** What a connection sends, over and over; one object may go through several paths. */
  readonly steps: readonly Step[];
  /** Whether every turn is to be about another object: the digits of NAME_DIGITS are counted up. */
  readonly isUnique: boolean;
  readonly connections: number;
  /** How many turns are measured, over all connections; fewer when the time is over before. */
  readonly turns: number;
  readonly atMostMs: number;
}

/** Latencies of single requests in milliseconds; `failures` counts answers other than 200. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  readonly turns: number;
  readonly failures: number;
}

/** Sends one request and waits for its whole answer; whether it was a 200. */
export type Send = (path: string, body: Buffer) => Promise<boolean>;

export interface Connection {
  readonly send: Send;
  close(): void;
}

/** Stands in the bodies where their objects' names differ. */
export const NAME_DIGITS = "00000000";

/** Drives the load until it is done or the time is over. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const open = options.protocol === "h2" ? openHttp2 : openHttp1;
  const connections = await Promise.all(
    Array.from({ length: options.connections }, () => open(options.port)),
  );
  const run = new LoadRun(options);
  const startedAt = performance.now();
  await Promise.all(connections.map(({ send }) => run.drive(send)));
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const connection of connections) connection.close();
  return run.result(seconds);
}

class LoadRun {
  readonly #options: LoadOptions;
  readonly #latencies: number[] = [];
  readonly #endAt: number;
  /** Another run must not begin with the names of this one. */
  #name = Math.floor(Math.random() * 10 ** NAME_DIGITS.length);
  #begun = 0;
  #turns = 0;
  #failures = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#endAt = performance.now() + options.atMostMs;
  }

  async drive(send: Send): Promise<void> {
    const steps = this.#options.steps.map(({ path, bodyFile }) => {
      const body = readFileSync(bodyFile);
      return { path, body, places: placesOf(body, NAME_DIGITS) };
    });
    while (this.#begun < this.#options.turns && performance.now() < this.#endAt) {
      this.#begun++;
      const digits = String(this.#name++ % 10 ** NAME_DIGITS.length);
      for (const { path, body, places } of steps) {
        if (this.#options.isUnique)
          writeAll(body, places, digits.padStart(NAME_DIGITS.length, "0"));
        const sentAt = performance.now();
        if (!(await send(path, body))) this.#failures++;
        this.#latencies.push(performance.now() - sentAt);
      }
      this.#turns++;
    }
  }

  result(seconds: number): LoadResult {
    const sorted = this.#latencies.sort((a, b) => a - b);
    return {
      perSecond: sorted.length / seconds,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      requests: sorted.length,
      turns: this.#turns,
      failures: this.#failures,
    };
  }
}

function placesOf(bytes: Buffer, text: string): readonly number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}

function writeAll(bytes: Buffer, places: readonly number[], text: string): void {
  for (const place of places) bytes.write(text, place, "latin1");
}

if (import.meta.main) {
  const { positionals } = parseArgs({ allowPositionals: true });
  const options: LoadOptions = JSON.parse(positionals[0] ?? "{}");
  process.stdout.write(`${JSON.stringify(await runLoad(options))}\n`);
  process.exit(0);
}
