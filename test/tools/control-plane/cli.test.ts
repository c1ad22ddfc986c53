import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../../tools/control-plane/cli.ts", import.meta.url));
const wrong: readonly (readonly string[])[] = [
  [],
  ["sideways"],
  ["up", "--nodes", "many"],
  ["up", "--nodes", "-1"],
  ["up", "--nodes", "101"],
  ["up", "--with", "docker"],
  ["up", "--colour"],
  ["down", "--nodes", "3"],
  ["env", "extra"],
];

describe("the control-plane command", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "cli-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function run(args: readonly string[]) {
    const environment = { ...process.env, XDG_CACHE_HOME: folder };
    return spawnSync(process.execPath, [cli, ...args], { encoding: "utf8", env: environment });
  }

  assert.ok(wrong.length > 0);
  for (const args of wrong)
    it(`refuses "${args.join(" ")}" with exit code 2 and says why`, () => {
      const { status, stdout, stderr } = run(args);
      assert.equal(status, 2);
      assert.equal(stdout, "");
      assert.notEqual(stderr, "");
    });

  it("explains itself", () => {
    const { status, stdout } = run(["up", "--help"]);
    assert.equal(status, 0);
    for (const option of ["--dir", "--nodes", "--kubernetes"]) assert.ok(stdout.includes(option));
  });

  it("has nothing to stop, which is no error", () => {
    const { status, stdout } = run(["down"]);
    assert.equal(status, 0);
    assert.match(stdout, /No control plane is running/);
  });

  it("has no environment to print, which is one", () => {
    const { status, stdout, stderr } = run(["env"]);
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /start it with "up"/);
  });

  it("says precisely what is needed where nothing can be found or built", () => {
    const environment = { XDG_CACHE_HOME: folder, PATH: "/nowhere", KUBEBUILDER_ASSETS: "" };
    const { status, stderr } = spawnSync(
      process.execPath,
      [cli, "up", "--dir", join(folder, "x")],
      {
        encoding: "utf8",
        env: environment,
      },
    );
    assert.equal(status, 1);
    for (const words of ["kube-apiserver", "no go in PATH", "KUBEBUILDER_ASSETS", "Go 1.26"])
      assert.ok(stderr.includes(words), stderr);
  });
});
