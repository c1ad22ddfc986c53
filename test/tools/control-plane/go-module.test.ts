import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { goModuleFor, kubernetesVersionFor } from "../../../tools/control-plane/go-module.ts";
import { pinnedKubernetes, toolNames, toolOf } from "../../../tools/control-plane/tool.ts";

const options = { environment: process.env, signal: AbortSignal.timeout(20_000) };
const minor = pinnedKubernetes.replace(/\.\d+$/, "");
const versions: readonly [string, string][] = [
  ["1.35.3", "v1.35.3"],
  ["v1.35.3", "v1.35.3"],
  [minor, pinnedKubernetes],
  [minor.slice(1), pinnedKubernetes],
  [pinnedKubernetes, pinnedKubernetes],
];

describe("the version of Kubernetes that a person asks for", () => {
  assert.ok(versions.length > 0);
  for (const [asked, version] of versions)
    it(`${asked} is ${version}`, async () => {
      assert.equal(await kubernetesVersionFor(asked, options), version);
    });

  for (const asked of ["", "latest", "1", "1.36.x", "1.36.1-rc.0", "../1.36.1", "1.36.1/x"])
    it(`"${asked}" is refused`, async () => {
      await assert.rejects(kubernetesVersionFor(asked, options), { name: "GoError" });
    });
});

describe("the modules in the repository", () => {
  for (const name of toolNames)
    it(`pin ${name} in the version that the tool says, by hash`, async () => {
      const tool = toolOf(name, pinnedKubernetes);
      const folder = await goModuleFor(tool, "/nowhere", options);
      const module = readFileSync(join(folder, "go.mod"), "utf8");
      assert.match(module, new RegExp(`^(?:\t|tool )${tool.goPackage}$`, "m"));
      const path = tool.goPackage.replace(/\/cmd\/.*$/, "");
      assert.match(module, new RegExp(`${path} ${tool.version.replaceAll(".", "\\.")}( |$)`, "m"));
      assert.ok(existsSync(join(folder, "go.sum")));
    });
});
