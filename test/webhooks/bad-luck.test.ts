import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { admission, conversion, hubExample, sourceExample } from "./reviews.ts";
import { startFixture, type WebhookFixture } from "./webhook-fixture.ts";

/** Senders that are slow, silent or too many at once. */

const MIB = 1024 * 1024;
const IDLE_CONNECTIONS = 1_000;
let webhooks: WebhookFixture;
before(async () => {
  webhooks = await startFixture({ limits: { bodyMs: 300, totalBytes: 16 * MIB } });
});
after(async () => {
  assert.deepEqual(webhooks.recorder.panics, []);
  await webhooks.stop();
});

async function open(): Promise<TLSSocket> {
  const socket = connect({
    port: Number(new URL(webhooks.url).port),
    host: "127.0.0.1",
    ca: webhooks.ca,
  });
  socket.on("error", () => undefined);
  await once(socket, "secureConnect");
  return socket;
}

const head = (length: number, path = "/convert"): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
const review = (): object => admission({ object: hubExample() });
const assertServes = async (): Promise<void> => {
  assert.equal((await webhooks.post("/validate", review())).code, 200);
};

describe("senders", () => {
  it("that send a body drop by drop are cut, and their memory is given back", async () => {
    const slow = await Promise.all(Array.from({ length: 4 }, open));
    for (const socket of slow) socket.write(head(4 * MIB));
    const drops = setInterval(() => {
      for (const socket of slow) socket.write(" ");
    }, 50);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal((await webhooks.post("/validate", review())).code, 503, "the budget is spent");
    for (const socket of slow) if (!socket.destroyed) await once(socket, "close");
    clearInterval(drops);
    await assertServes();
  });

  it("that ask for more than there is get a 503 with the time to come back, and the next is served", async () => {
    const holding = await open();
    holding.write(head(16 * MIB));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const answer = await webhooks.post("/validate", review());
    assert.equal(answer.code, 503);
    assert.equal(answer.headers["retry-after"], "1");
    holding.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await assertServes();
  });

  it("that go away in the middle of their body leave nothing behind", async () => {
    for (let round = 0; round < 20; round++) {
      const socket = await open();
      socket.write(`${head(8 * MIB)}${"x".repeat(1_000)}`);
      socket.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    await assertServes();
  });

  it("that connect and say nothing, a thousand of them, keep nobody waiting", async () => {
    const idle: TLSSocket[] = [];
    for (let batch = 0; batch < IDLE_CONNECTIONS / 50; batch++) {
      idle.push(...(await Promise.all(Array.from({ length: 50 }, open))));
    }
    await assertServes();
    for (const socket of idle) socket.destroy();
  });

  it("that send no HTTP get an answer or an end, not a crash", async () => {
    for (const text of [
      "hello\r\n\r\n",
      "\u0000\u0001\u0002",
      "POST /mutate HTTP/9.9\r\n\r\n",
      head(-5),
      `GET ${"x".repeat(40_000)} HTTP/1.1\r\n\r\n`,
    ]) {
      const socket = await open();
      socket.write(text);
      socket.resume();
      if (!text.startsWith("\u0000")) await once(socket, "close");
      socket.destroy();
    }
    await assertServes();
  });
});

describe("admission beside a large conversion", () => {
  it("does not wait for it", async () => {
    const roomy = await startFixture();
    const objects = Array.from({ length: 2_000 }, () => sourceExample());
    const body = JSON.stringify(conversion("prism.io/v1alpha2", objects));
    let isConverting = true;
    const large = roomy.post("/convert", body).finally(() => {
      isConverting = false;
    });
    let answered = 0;
    while (isConverting) {
      assert.equal((await roomy.post("/validate", review())).code, 200);
      answered++;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const { code } = await large;
    await roomy.stop();
    assert.equal(code, 200);
    assert.ok(answered > 3, `only ${answered} validations while 2,000 objects were converted`);
  });
});
