import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { needsControlPlane, selectTestFiles } from "../../../tools/test-run/selection.ts";

const tree: readonly string[] = [
  "test/a.test.ts",
  "test/domain/b.test.ts",
  "test/domain/deep/c.test.ts",
  "test/domain/model.ts",
  "test/flow/d.test.ts",
  "test/flow/helm-f.test.ts",
  "src/e.test.ts",
];
const cases: readonly [readonly string[], readonly string[]][] = [
  [
    [],
    [
      "test/a.test.ts",
      "test/domain/b.test.ts",
      "test/domain/deep/c.test.ts",
      "test/flow/d.test.ts",
    ],
  ],
  [["test/domain"], ["test/domain/b.test.ts", "test/domain/deep/c.test.ts"]],
  [["test/domain/"], ["test/domain/b.test.ts", "test/domain/deep/c.test.ts"]],
  [["test/flow/d.test.ts"], ["test/flow/d.test.ts"]],
  [
    ["test/flow", "./test/flow/d.test.ts"],
    ["test/flow/d.test.ts", "test/flow/helm-f.test.ts"],
  ],
];

describe("which tests are run", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "selection-"));
    for (const file of tree) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), "");
    }
    mkdirSync(join(folder, "test/empty"));
  });
  after(() => rmSync(folder, { recursive: true }));

  assert.ok(cases.length > 0);
  for (const [paths, files] of cases)
    it(`"${paths.join(" ")}" is ${files.length} files`, () => {
      assert.deepEqual(selectTestFiles(folder, paths), files);
    });

  it("are the long ones alone when these are asked for", () => {
    assert.deepEqual(selectTestFiles(folder, [], true), ["test/flow/helm-f.test.ts"]);
  });

  for (const path of ["test/empty", "test/nothing", "test/domain/x.test.ts"])
    it(`"${path}" is refused: there is nothing to run`, () => {
      assert.throws(() => selectTestFiles(folder, ["test/domain", path]), {
        name: "NothingSelected",
      });
    });

  it("knows the tests for the real API server by their folder", () => {
    assert.ok(needsControlPlane("test/flow/d.test.ts"));
    assert.ok(needsControlPlane("test/flow/deep/d.test.ts"));
    assert.equal(needsControlPlane("test/domain/flow.test.ts"), false);
    assert.equal(needsControlPlane("test/overflow/d.test.ts"), false);
  });
});
