import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { withFolderLock } from "../../../tools/control-plane/folder-lock.ts";

describe("the lock of a folder", () => {
  let folder: string;
  let lock: string;
  const never = new AbortController().signal;
  const quiet = () => undefined;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
    lock = join(folder, "deeper", "x.lock");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("lets one work after the other, and says for whom it waits", async () => {
    const order: string[] = [];
    const said: string[] = [];
    const first = withFolderLock(lock, quiet, never, async () => {
      order.push("first begins");
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push("first ends");
    });
    const second = withFolderLock(
      lock,
      (line) => said.push(line),
      never,
      async () => {
        order.push("second");
      },
    );
    await Promise.all([first, second]);
    assert.deepEqual(order, ["first begins", "first ends", "second"]);
    assert.match(said[0] ?? "", new RegExp(`process ${process.pid}\\b`));
    assert.deepEqual(readdirSync(join(folder, "deeper")), []);
  });

  it("is given back when the work fails", async () => {
    const work = () => Promise.reject(new Error("no"));
    await assert.rejects(withFolderLock(lock, quiet, never, work), /no/);
    assert.equal(existsSync(lock), false);
  });

  for (const content of ["", "nonsense", `{"pid": ${process.pid}, "started": "earlier"}`])
    it(`is taken over from an owner that has ended: ${content || "an empty file"}`, async () => {
      writeFileSync(lock, content);
      assert.equal(await withFolderLock(lock, quiet, never, async () => 5), 5);
    });

  it("can be waited for no longer than the signal allows", async () => {
    const done = Promise.withResolvers<void>();
    const first = withFolderLock(lock, quiet, never, () => done.promise);
    const second = withFolderLock(lock, quiet, AbortSignal.timeout(50), async () => 1);
    await assert.rejects(second, { name: "AbortError" });
    done.resolve();
    await first;
  });
});
