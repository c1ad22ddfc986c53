import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { parse } from "yaml";
import { buildPlugin } from "../../../tools/plugin/build.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "prism-plugin-"));
const SAMPLE = join(process.cwd(), "deploy/samples/prism-local.v1alpha1.yaml");

describe("the kubectl plugin", () => {
  after(() => rmSync(FOLDER, { recursive: true, force: true }));
  const url = "https://example.com/releases";
  const { archive, manifest } = buildPlugin(process.cwd(), FOLDER, url);
  const plugin = parse(readFileSync(manifest, "utf8"));

  it("has a manifest as Krew wants it, of the archive beside it", () => {
    equal(plugin.apiVersion, "krew.googlecontainertools.github.com/v1alpha2");
    equal(plugin.kind, "Plugin");
    // validation.go: a name that is safe in a path, a version with v, a description without a full stop at its end.
    match(plugin.metadata.name, /^[a-z0-9-]+$/);
    match(plugin.spec.version, /^v\d+\.\d+\.\d+/);
    ok(plugin.spec.shortDescription.length <= 50 && !plugin.spec.shortDescription.endsWith("."));
    equal(plugin.spec.platforms.length, 1);
    const [{ uri, sha256, bin, selector }] = plugin.spec.platforms;
    equal(uri, `${url}/kubectl-prism-${plugin.spec.version}.tar.gz`);
    equal(sha256, createHash("sha256").update(readFileSync(archive)).digest("hex"));
    equal(bin, "bin/kubectl-prism");
    deepEqual(selector.matchExpressions[0].values, ["darwin", "linux"]);
  });

  it("works from where Krew puts it, behind a link, and as the version that the manifest names", () => {
    const store = join(FOLDER, "store");
    const link = join(FOLDER, "bin/kubectl-prism");
    mkdirSync(store);
    mkdirSync(dirname(link));
    execFileSync("tar", ["--extract", `--file=${archive}`, `--directory=${store}`]);
    symlinkSync(join(store, plugin.spec.platforms[0].bin), link);
    const path = `${dirname(process.execPath)}:${process.env["PATH"]}`;
    const env = { PATH: path, HOME: FOLDER };
    const version = spawnSync(link, ["version", "--client", "--output", "json"], {
      env,
      encoding: "utf8",
    });
    equal(version.status, 0, version.stderr);
    equal(`v${JSON.parse(version.stdout).client.version}`, plugin.spec.version);
    for (const command of ["validate", "render", "graph"]) {
      const { status, stderr } = spawnSync(link, [command, SAMPLE], { env, encoding: "utf8" });
      equal(status, 0, `${command}: ${stderr}`);
    }
  });

  it("is the same from the same checkout", () => {
    const again = buildPlugin(process.cwd(), join(FOLDER, "again"), url);
    deepEqual(readFileSync(again.manifest, "utf8"), readFileSync(manifest, "utf8"));
  });
});
