import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:https";
import { after, before, describe, it } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { Random } from "../fuzz/random.ts";
import { admission, conversion, hubExample, sourceExample } from "./reviews.ts";
import type { AtRest, Listening } from "./webhook-process.ts";

/** Whatever came, the server is at rest afterwards as it was before (TST-9): a process of its own is asked what it holds. */

const MIB = 1024 * 1024;
/** What the chart gives a pod. */
const POD_LIMIT = 512 * MIB;
const IDLE_CONNECTIONS = 1_000;
const RANDOM_BODIES = 100;
const PATHS = ["/mutate", "/validate", "/protect", "/convert"];
let server: ChildProcess;
let at: Listening;
let agent: Agent;

before(async () => {
  server = fork(new URL("./webhook-process.ts", import.meta.url), {
    execArgv: ["--expose-gc"],
    serialization: "advanced",
  });
  [at] = (await once(server, "message")) as [Listening];
  agent = new Agent({ keepAlive: true, ca: at.ca, maxSockets: 16 });
});
after(() => {
  agent?.destroy();
  server?.kill("SIGKILL");
});

async function atRest(): Promise<AtRest> {
  const told = once(server, "message");
  server.send("?");
  const [rest] = (await told) as [AtRest];
  return rest;
}

function post(path: string, body: string | Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const outgoing = request(
      { host: "127.0.0.1", port: at.port, agent, method: "POST", path, headers },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode ?? 0));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function open(): Promise<TLSSocket> {
  const socket = connect({ port: at.port, host: "127.0.0.1", ca: at.ca });
  socket.on("error", () => undefined);
  await once(socket, "secureConnect");
  return socket;
}

/** So many at a time. */
async function inBatches<T>(
  count: number,
  size: number,
  make: (index: number) => Promise<T>,
): Promise<T[]> {
  const made: T[] = [];
  for (let first = 0; first < count; first += size) {
    const batch = Array.from({ length: Math.min(size, count - first) }, (_, index) =>
      make(first + index),
    );
    made.push(...(await Promise.all(batch)));
  }
  return made;
}

/** Everything that a sender can do wrong, once; the codes that it got. */
async function storm(seed: number): Promise<readonly number[]> {
  const random = new Random(seed);
  const review = JSON.stringify(admission({ object: hubExample() }));
  const pathOf = (index: number): string => PATHS[index % PATHS.length] ?? "/";
  const torn = await inBatches(RANDOM_BODIES, 16, (index) => {
    const bytes = Buffer.from(Array.from({ length: 500 }, () => random.below(256)));
    return post(
      pathOf(index),
      random.once(2) ? bytes : review.slice(0, random.below(review.length)),
    );
  });
  const deep = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
  const nested = review.replace('"spec":{', `"spec":{"a":${deep},`);
  const large = { ...sourceExample(), status: { text: "x".repeat(8 * MIB) } };
  const others = await inBatches(PATHS.length, 2, async (index) => {
    const converted = JSON.stringify(conversion("prism.io/v1alpha2", [large]));
    return [
      await post(pathOf(index), nested),
      await post("/mutate", JSON.stringify(admission({ object: large }))),
      await post("/convert", converted),
    ];
  });
  await slowAndSilent();
  return [...torn, ...others.flat()];
}

/** Senders that promise a body and stop in the middle, and connections that say nothing; they all go. */
async function slowAndSilent(): Promise<void> {
  const head = `POST /convert HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${MIB}\r\n\r\n`;
  const sockets = await inBatches(IDLE_CONNECTIONS, 50, async (index) => {
    const socket = await open();
    if (index % 20 === 0) socket.write(`${head}${"x".repeat(10_000)}`);
    return socket;
  });
  assert.equal(await post("/validate", JSON.stringify(admission({ object: hubExample() }))), 200);
  for (const socket of sockets) socket.destroy();
}

describe("after random, torn, large and deep bodies, slow senders and a thousand silent connections", () => {
  it("the server holds no more than before, and has answered everything, with no 5xx", async (test) => {
    const fresh = await atRest();
    // The first makes what stays: compiled code, buffers, the worker.
    const codes = [...(await storm(1))];
    agent.destroy();
    const before = await atRest();
    agent = new Agent({ keepAlive: true, ca: at.ca, maxSockets: 16 });
    codes.push(...(await storm(2)));
    agent.destroy();
    const now = await atRest();
    const mib = (bytes: number): string => (bytes / MIB).toFixed(1);
    test.diagnostic(
      `heap ${mib(before.heap)}, then ${mib(now.heap)} MiB; rss ${mib(fresh.rss)}, ${mib(before.rss)}, then ${mib(now.rss)} MiB`,
    );
    assert.deepEqual(
      codes.filter((code) => code !== 200 && (code < 400 || code > 499)),
      [],
    );
    assert.equal(now.panics, 0);
    assert.ok(now.sockets <= 1, `${now.sockets} connections are left`);
    assert.ok(
      now.heap - before.heap < 4 * MIB,
      `${mib(before.heap)} to ${mib(now.heap)} MiB of heap`,
    );
    assert.ok(
      now.external - before.external < 4 * MIB,
      `${mib(before.external)} to ${mib(now.external)} MiB`,
    );
    // The C library keeps what was freed for the next: after five storms as much as after two (measured).
    assert.ok(now.rss < POD_LIMIT, `rss ${mib(before.rss)} to ${mib(now.rss)} MiB`);
  });
});
