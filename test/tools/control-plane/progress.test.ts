import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { progressDisplay } from "../../../tools/control-plane/progress.ts";

function sink() {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  return { stream, written };
}

describe("progress where there is no terminal", () => {
  it("is one plain line for each step, and one now and then while a step moves on", () => {
    const { stream, written } = sink();
    let now = 0;
    const display = progressDisplay(stream, () => now);
    display.show("Building etcd");
    for (now = 1000; now <= 31_000; now += 1000)
      display.show(`Building etcd: ${now / 1000} packages`);
    display.show("Building kwok");
    display.end("Done");
    assert.deepEqual(written, [
      "Building etcd\n",
      "Building etcd: 15 packages (15 s)\n",
      "Building etcd: 30 packages (30 s)\n",
      "Building kwok\n",
      "Done\n",
    ]);
  });
});
