/** The webhook server in a process of its own, which tells its parent where it listens and, when asked, what it holds at rest. */
import { startFixture } from "./webhook-fixture.ts";

/** Bytes, after garbage collection, and connections. */
export interface AtRest {
  readonly heap: number;
  /** Outside of the heap: bodies above all. */
  readonly external: number;
  readonly rss: number;
  readonly sockets: number;
  readonly panics: number;
}

/** What the process says first. */
export interface Listening {
  readonly port: number;
  readonly ca: string;
}

const fixture = await startFixture();
process.send?.({ port: Number(new URL(fixture.url).port), ca: fixture.ca } satisfies Listening);
process.on("message", () => void tell());
process.on("disconnect", () => process.exit());

async function tell(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const sockets = process
    .getActiveResourcesInfo()
    .filter((one) => /^TLSWrap|^TCPSocketWrap/.test(one));
  const atRest: AtRest = {
    heap: heapUsed,
    external,
    rss,
    sockets: sockets.length,
    panics: fixture.recorder.panics.length,
  };
  // What is remembered for the test is not the server's.
  for (const list of [
    fixture.recorder.admissions,
    fixture.recorder.conversions,
    fixture.recorder.faults,
  ])
    list.length = 0;
  process.send?.(atRest);
}
