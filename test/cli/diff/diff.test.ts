import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { PRISMCTL } from "../../../src/cli/commands.ts";
import { differences } from "../../../src/cli/diff/difference.ts";
import { call } from "../frame/call.ts";

const folder = mkdtempSync(join(tmpdir(), "prism-diff-"));
after(() => rmSync(folder, { recursive: true }));

const BEFORE = `apiVersion: prism.io/v1alpha2
kind: PrismCluster
metadata: {name: shop, namespace: shop}
spec:
  patterns:
    - {name: keyvalue, replicas: 1, backends: [{name: redis}]}
  backends:
    redis: {version: 7.2-alpine, storage: {size: 1Gi}}
    postgres: {version: "16", database: prism}
`;

let files = 0;
async function diff(before: string, after: string, ...args: readonly string[]) {
  const file = join(folder, `${++files}.yaml`);
  writeFileSync(file, before);
  const answer = await call(PRISMCTL, ["diff", file, "-", ...args], { stdin: after });
  return { ...answer, file };
}

describe("prismctl diff", () => {
  it("says which fields differ, where they stand, and what would restart", async () => {
    const { code, stdout } = await diff(
      BEFORE,
      BEFORE.replace("7.2-alpine", "7.4-alpine").replace("replicas: 1", "replicas: 3"),
    );
    assert.equal(code, 1);
    assert.equal(
      stdout,
      `PrismCluster shop/shop
  ~ spec.patterns[name=keyvalue].replicas: 1 -> 3  <stdin>:6:24
  ~ spec.backends.redis.version: "7.2-alpine" -> "7.4-alpine"  <stdin>:8:13
  what happens:
    restart StatefulSet redis (backend redis, 1 pod): spec.template.spec.containers[name=redis].image
    scale   Deployment keyvalue-runner (pattern keyvalue, 3 pods): spec.replicas
    create  PodDisruptionBudget keyvalue-runner (pattern keyvalue)

1 object differs, 1 restart, 1 scale, 1 create
`,
    );
  });

  it("restarts those who use what changes", async () => {
    const { stdout } = await diff(
      BEFORE,
      BEFORE.replace("replicas: 1,", "replicas: 1, config: {ttl_seconds: 5},"),
    );
    assert.match(stdout, /restart Deployment keyvalue-runner/);
    assert.doesNotMatch(stdout, /restart StatefulSet/);
  });

  it("says why the cluster would refuse the change", async () => {
    const { code, stdout } = await diff(BEFORE, BEFORE.replace("database: prism", "database: d2"));
    assert.equal(code, 1);
    assert.match(stdout, /refused: <stdin>:9:\d+: spec\.backends\.postgres/);
    assert.match(stdout, /1 refused/);
  });

  it("keeps the credentials of what goes, and names what is new", async () => {
    const { stdout } = await diff(BEFORE, BEFORE.replace(/ {4}postgres.*\n/, ""));
    assert.match(stdout, /- spec\.backends\.postgres: .*\.yaml:9:5\n/);
    assert.match(stdout, /delete {2}StatefulSet postgres/);
    assert.doesNotMatch(stdout, /delete {2}Secret postgres-credentials/);
    const added = await diff(BEFORE, `${BEFORE}---\n${BEFORE.replaceAll("shop", "other")}`);
    assert.match(added.stdout, /^PrismCluster other\/other \(added\)$/m);
  });

  it("finds no difference between versions of the API, names of one object, and order", async () => {
    const older = `apiVersion: prism.io/v1alpha1
kind: PrismCluster
metadata: {namespace: shop, name: shop-test}
spec:
  backends:
    postgres: {enabled: true, version: "16", database: prism}
    redis: {enabled: true, storage: 1Gi, version: 7.2-alpine}
  patterns: [{name: keyvalue, replicas: 1, backends: [redis]}]
`;
    const { stdout } = await diff(BEFORE, older.replace("shop-test", "shop"));
    const fields = [...stdout.matchAll(/^ {2}[~+-] (.*)$/gm)].map(([, line]) => line);
    assert.deepEqual(
      fields.filter((line) => !/enabled/.test(line ?? "")),
      [],
    );
    const same = await diff(BEFORE, BEFORE);
    assert.deepEqual([same.code, same.stdout], [0, "nothing differs\n"]);
  });

  it("prints every line that changes as a patch, and everything as JSON", async () => {
    const after = BEFORE.replace("7.2-alpine", "7.4-alpine");
    const patch = await diff(BEFORE, after, "-o", "unified");
    assert.match(
      patch.stdout,
      /^--- StatefulSet\/redis\tbefore\n\+\+\+ StatefulSet\/redis\tafter\n@@[\s\S]*^-.*redis:7\.2-alpine\n\+.*redis:7\.4-alpine$/m,
    );
    const json = JSON.parse((await diff(BEFORE, after, "-o", "json")).stdout);
    const [comparison] = json.comparisons;
    assert.deepEqual(comparison.fields[0].afterPlace, { file: "<stdin>", line: 8, column: 13 });
    assert.equal(comparison.effects[0].because[0].after, "redis:7.4-alpine");
  });

  it("takes standard input once", async () => {
    assert.equal((await call(PRISMCTL, ["diff", "-", "-"])).code, 2);
    assert.equal((await call(PRISMCTL, ["diff", "nowhere.yaml", "-"])).code, 3);
  });
});

describe("differences of values", () => {
  const fieldsOf = (before: Parameters<typeof differences>[0], after: typeof before) =>
    differences(before, after).map(({ kind, field }) => `${kind} ${field}`);

  it("know items by their names, and others as a whole", () => {
    const [a, b] = [{ name: "a", x: 1 }, { name: "b" }];
    assert.deepEqual(fieldsOf({ l: [a, b] }, { l: [b, a] }), []);
    assert.deepEqual(fieldsOf({ l: [a, b] }, { l: [b, { ...a, x: 2 }] }), ["changed l[name=a].x"]);
    assert.deepEqual(fieldsOf({ l: [1, 2] }, { l: [2, 1] }), ["changed l"]);
    assert.deepEqual(fieldsOf({ l: [a, a] }, { l: [a] }), ["changed l"]);
    assert.deepEqual(fieldsOf({ "a.b/c": 1 }, {}), ["removed [a.b/c]"]);
    assert.deepEqual(fieldsOf({ a: null }, { a: {} }), ["changed a"]);
    assert.deepEqual(fieldsOf({ l: [] }, { l: [a] }), ["added l[name=a]"]);
  });
});
