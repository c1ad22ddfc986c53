import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { PRISMCTL } from "../../../src/cli/commands.ts";
import { call } from "../frame/call.ts";

const LOSSY = `# with a comment
apiVersion: prism.io/v1alpha1
kind: PrismCluster
metadata: {name: shop}
spec:
  proxi: {}
  proxy:
    replicas: null
  patterns:
    - name: keyvalue
      backends: [redis]
  backends:
    redis: {enabled: true}
`;

async function convert(args: readonly string[], stdin: string) {
  return call(PRISMCTL, ["convert", ...args, "-"], { stdin });
}

describe("prismctl convert --to", () => {
  it("applies the defaults of the version that a file is written in first", async () => {
    const stdin = `apiVersion: prism.io/v1alpha1\nkind: PrismCluster\nmetadata: {name: x}\nspec: {backends: {redis: {}, kafka: {enabled: true}}}\n`;
    const { code, stdout, stderr } = await convert(["--to", "v1alpha2"], stdin);
    assert.deepEqual([code, stderr], [0, ""]);
    const { spec, apiVersion } = parse(stdout);
    assert.equal(apiVersion, "prism.io/v1alpha2");
    assert.deepEqual(spec.backends, { redis: { enabled: false }, kafka: { enabled: true } });
  });

  it("passes other objects of a stream through, and what is in that version already", async () => {
    const other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: 'yes'}\n";
    const hub = "apiVersion: prism.io/v1alpha2\nkind: PrismCluster\nmetadata: {name: x}\n";
    const { stdout, code } = await convert(["--to", "prism.io/v1alpha2"], `${other}---\n${hub}`);
    assert.equal(code, 0);
    assert.deepEqual(
      parseAllDocuments(stdout).map((document) => document.toJS()),
      parseAllDocuments(`${other}---\n${hub}`).map((document) => document.toJS()),
    );
  });

  it("leaves the kinds of a folder alone that do not have the version", async () => {
    const pattern =
      "apiVersion: prism.io/v1beta1\nkind: PrismPattern\nmetadata: {name: p}\nspec: {}\n";
    const cluster =
      "apiVersion: prism.io/v1alpha1\nkind: PrismCluster\nmetadata: {name: c}\nspec: {}\n";
    const { stdout, code } = await convert(["--to", "v1alpha2"], `${pattern}---\n${cluster}`);
    assert.equal(code, 0);
    assert.deepEqual(
      parseAllDocuments(stdout).map((document) => document.get("apiVersion")),
      ["prism.io/v1beta1", "prism.io/v1alpha2"],
    );
    assert.equal((await convert(["--to", "v1alpha2"], pattern)).code, 2);
  });

  it("gives kubectl a list as JSON, with what is to be said of fields", async () => {
    const { stdout, stderr, code } = await convert(["--to", "v1alpha2", "-o", "json"], LOSSY);
    assert.equal(code, 1);
    const list = JSON.parse(stdout);
    assert.deepEqual([list.kind, list.items.length, list.notes.length], ["List", 1, 1]);
    assert.equal(list.items[0].spec.patterns[0].backends[0].name, "redis");
    assert.equal(
      stderr,
      '<stdin>:6:3: dropped: PrismCluster shop: spec.proxi: no field of v1alpha1, did you mean "proxy"?\n',
    );
  });

  it("names the versions that there are, and wants one or --check", async () => {
    const unknown = await convert(["--to", "v9"], LOSSY);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /has no version v9: write v1alpha2 or v1alpha1/);
    assert.equal((await convert([], LOSSY)).code, 2);
    assert.equal((await convert(["--check", "--to", "v1alpha2"], LOSSY)).code, 2);
    assert.equal((await convert(["--check"], "a: [")).code, 3);
    assert.equal((await convert(["--check"], "a: 1")).code, 3);
  });
});

describe("prismctl convert --check", () => {
  it("names every field that is dropped, lost or changed, with its place", async () => {
    const { stdout, code } = await convert(["--check"], LOSSY);
    assert.equal(code, 1);
    assert.deepEqual(stdout.trimEnd().split("\n"), [
      '<stdin>:6:3: dropped: PrismCluster shop: spec.proxi: no field of v1alpha1, did you mean "proxy"?',
      "<stdin>:8:5: lost: PrismCluster shop: spec.proxy.replicas: null is the same as nothing",
      "PrismCluster shop (v1alpha1, v1alpha2, v1alpha1): 1 dropped, 1 lost",
    ]);
  });

  it("tells what an annotation carries", async () => {
    const stdin =
      "apiVersion: prism.io/v1alpha2\nkind: PrismCluster\nmetadata: {name: x}\nspec:\n  patterns:\n    - {name: a, env: [{name: B, value: c}]}\n";
    const { stdout, code } = await convert(["--check"], stdin);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^<stdin>:6:17: carried: PrismCluster x: spec\.patterns\[0\]\.env: v1alpha1/,
    );
  });

  for (const file of globSync("deploy/samples/*.yaml").sort()) {
    const isOurs = /kind: Prism/.test(readFileSync(file, "utf8"));
    it(`${file} comes back`, { skip: !isOurs && "none of our kinds" }, async () => {
      const { code, stdout } = await call(PRISMCTL, ["convert", "--check", file]);
      assert.equal(code, 0, stdout);
    });
  }
});
