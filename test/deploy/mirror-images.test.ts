import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";
import { hostEnvironment } from "../../tools/control-plane/environment.ts";
import { run } from "../../tools/deploy/helm.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;
const LISTED = readFileSync("deploy/images.txt", "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

describe("deploy/mirror-images.sh", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "prism-mirror-"));
    // Stands for the program: no registry is asked.
    const skopeo = `#!/bin/sh\necho "$@" >> ${folder}/calls\n[ "$1" = inspect ] && echo ${DIGEST}\nexit 0\n`;
    writeFileSync(join(folder, "skopeo"), skopeo);
    chmodSync(join(folder, "skopeo"), 0o755);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("copies every image with its path, and prints the digests as values of the chart", async () => {
    const path = [folder, hostEnvironment()["PATH"] ?? ""].join(delimiter);
    const { code, stdout, stderr } = await run(
      "bash",
      ["deploy/mirror-images.sh", "registry.example.com/mirror/"],
      { environment: { PATH: path } },
    );
    assert.equal(code, 0, stderr);
    const calls = readFileSync(join(folder, "calls"), "utf8").split("\n");
    const copies = calls.filter((line) => line.startsWith("copy "));
    assert.equal(copies.length, LISTED.length);
    const redis = LISTED.find((image) => image.includes("/redis:")) ?? "";
    assert.ok(
      copies.includes(
        `copy --all --preserve-digests --quiet docker://${redis} docker://registry.example.com/mirror/${redis.replace("docker.io/", "")}`,
      ),
    );
    const operands = LISTED.filter((image) => !image.includes("/prism-operator:"));
    const expected = Object.fromEntries(operands.map((image) => [image, DIGEST]));
    assert.deepEqual(parse(stdout), { imageDigests: expected });
    assert.match(stdout, new RegExp(`^# image.digest: ${DIGEST}$`, "m"));
  });

  it("says how it is called", async () => {
    const { code, stderr } = await run("bash", ["deploy/mirror-images.sh"]);
    assert.equal(code, 2);
    assert.match(stderr, /usage: .*REGISTRY \[LIST\]/);
  });
});
