import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ImageStore } from "../../../tools/node/image-store.ts";

describe("npm run e2e -- --if-cached", () => {
  it("says that it did not run, and why, where nothing is cached", () => {
    const cache = mkdtempSync(join(tmpdir(), "prism-empty-cache-"));
    try {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ["tools/node/e2e.ts", "--if-cached"],
        { env: { ...process.env, XDG_CACHE_HOME: cache }, encoding: "utf8" },
      );
      assert.equal(status, 0);
      assert.match(stdout + stderr, /^The suite on a real node was not run\. .{10}/m);
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
  });
});

describe("images of the suite", () => {
  const folder = mkdtempSync(join(tmpdir(), "prism-images-"));

  it("answer to any tag, and to one with alpine by an image of its own where there is one", async () => {
    try {
      const store = new ImageStore(folder);
      for (const repository of ["library/nats", "library/nats-alpine", "library/redis"]) {
        const fill = () => Promise.resolve();
        const config = { user: repository };
        await store.make({ repository, isFetched: false, inputs: "", config, fill }, folder);
      }
      const plain = store.manifestOf("library/nats", "latest");
      assert.ok(plain);
      assert.equal(store.manifestOf("library/nats", "2.11"), plain);
      assert.notEqual(store.manifestOf("library/nats", "2.12-alpine"), plain);
      assert.equal(
        store.manifestOf("library/redis", "7-alpine"),
        store.manifestOf("library/redis", "7"),
      );
      assert.equal(store.manifestOf("library/none", "latest"), undefined);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
