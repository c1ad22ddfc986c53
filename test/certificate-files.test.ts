import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { certificateFiles } from "../src/certificate-files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "prism-certificates-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

describe("certificate files", () => {
  for (const base of ["tls", "apiserver"]) {
    it(`are ${base}.crt and ${base}.key, read anew each time`, async () => {
      const source = certificateFiles(folder);
      write(`${base}.crt`, "one");
      write(`${base}.key`, "its key");
      assert.deepEqual(await source.read(), { cert: "one", key: "its key" });
      write(`${base}.crt`, "two");
      assert.deepEqual(await source.read(), { cert: "two", key: "its key" });
    });
  }

  it("that are not there are named", async () => {
    write("tls.crt", "without a key");
    await assert.rejects(certificateFiles(folder).read(), {
      message: `there is no tls.crt and tls.key, nor apiserver.crt and apiserver.key in ${folder}`,
    });
  });
});
