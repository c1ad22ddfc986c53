import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { localBinary } from "../../../tools/control-plane/local-binary.ts";
import { pinnedKubernetes, toolOf } from "../../../tools/control-plane/tool.ts";

const tool = toolOf("kube-apiserver", pinnedKubernetes);
const minor = pinnedKubernetes.split(".").slice(0, 2).join(".");
/** Where a binary lies, what it says, whether a version was asked for, and whether it is taken. */
const cases: readonly [string, "assets" | "path", string, boolean, boolean][] = [
  ["any version in KUBEBUILDER_ASSETS", "assets", "Kubernetes v1.20.0", false, true],
  ["no other minor in KUBEBUILDER_ASSETS when asked", "assets", "Kubernetes v1.20.0", true, false],
  ["the minor in KUBEBUILDER_ASSETS when asked", "assets", `Kubernetes ${minor}.9`, true, true],
  ["the same minor in PATH", "path", `Kubernetes ${minor}.0`, false, true],
  ["no other minor in PATH", "path", "Kubernetes v1.32.4", false, false],
  ["no minor that only begins alike", "path", `Kubernetes ${minor}0.1`, false, false],
  ["nothing that says no version", "path", "hello", false, false],
];

describe("a binary that is on the machine", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "local-binary-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  assert.ok(cases.length > 0);
  for (const [index, [what, place, says, isAsked, isTaken]] of cases.entries())
    it(`is taken: ${what}`, async () => {
      const bin = join(folder, String(index));
      mkdirSync(bin);
      const path = join(bin, tool.name);
      writeFileSync(path, `#!/bin/sh\necho "${says}"\n`);
      chmodSync(path, 0o755);
      const environment =
        place === "assets" ? { KUBEBUILDER_ASSETS: bin, PATH: "/bin" } : { PATH: `.:${bin}:/bin` };
      const signal = AbortSignal.timeout(10_000);
      const found = await localBinary(tool, isAsked, { environment, signal });
      assert.equal(found, isTaken ? path : undefined);
    });

  it("is taken itself, not by a link that the next start makes anew", async () => {
    const links = join(folder, "links");
    mkdirSync(links);
    const path = join(folder, "3", tool.name);
    symlinkSync(path, join(links, tool.name));
    const environment = { PATH: `${links}:/bin` };
    const signal = AbortSignal.timeout(10_000);
    assert.equal(await localBinary(tool, false, { environment, signal }), path);
  });

  it("is passed over when it may not be run", async () => {
    const bin = join(folder, "plain");
    mkdirSync(bin);
    writeFileSync(join(bin, tool.name), "");
    const environment = { KUBEBUILDER_ASSETS: bin, PATH: bin };
    const signal = AbortSignal.timeout(10_000);
    assert.equal(await localBinary(tool, false, { environment, signal }), undefined);
  });
});
