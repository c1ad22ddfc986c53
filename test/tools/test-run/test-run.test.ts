import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const runner = fileURLToPath(new URL("../../../tools/test-run/test-run.ts", import.meta.url));
const files: Readonly<Record<string, string>> = {
  good: 'it("one", () => {}); it("two", () => {});',
  bad: 'it("one", () => {}); it("breaks", () => { throw new Error("boom"); });',
  crash: "process.exit(3);",
  skip: 'it("one", () => {}); it.skip("two", () => {}); it.todo("three");',
  hook: 'describe("a suite", () => { it("one", () => {}); after(() => { throw new Error("left"); }); });',
  empty: "",
};
const cases: readonly [string, readonly string[], string, number][] = [
  ["a pass", ["good"], "2 passed, 0 failed", 0],
  ["a failure", ["good", "bad"], "3 passed, 1 failed", 1],
  ["a file that crashes", ["good", "crash"], "2 passed, 1 failed", 1],
  ["a suite that cannot be taken down", ["good", "hook"], "3 passed, 1 failed", 1],
  ["skipped tests", ["skip"], "1 passed, 0 failed, 2 skipped", 0],
];

describe("npm test", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "test-run-"));
    mkdirSync(join(folder, "test"));
    for (const [name, body] of Object.entries(files))
      writeFileSync(
        join(folder, `test/${name}.test.ts`),
        `import { after, describe, it } from "node:test";\n${body}\n`,
      );
  });
  after(() => rmSync(folder, { recursive: true }));

  function run(args: readonly string[]) {
    const { NODE_TEST_CONTEXT: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    return spawnSync(process.execPath, [runner, ...args], { cwd: folder, encoding: "utf8", env });
  }

  assert.ok(cases.length > 0);
  for (const [what, names, line, code] of cases)
    it(`ends with one plain line for ${what}, and with the right code`, () => {
      const paths = names.map((name) => `test/${name}.test.ts`);
      const { stdout, status } = run(["--no-coverage", ...paths]);
      assert.equal(stdout.trimEnd().split("\n").at(-1), line);
      assert.equal(stdout.match(/^\d+ passed, \d+ failed.*$/gm)?.length, 1);
      assert.equal(status, code);
    });

  it("shows a failure in full", () => {
    const { stdout } = run(["--no-coverage", "test/bad.test.ts"]);
    assert.match(stdout, /boom/);
    assert.match(stdout, /bad\.test\.ts:2/);
  });

  it("hands a name pattern on", () => {
    const args = ["--no-coverage", "test/good.test.ts", "--test-name-pattern", "two"];
    assert.match(run(args).stdout, /^1 passed, 0 failed$/m);
  });

  it("does not call a run of no test a success", () => {
    const empty = run(["--no-coverage", "test/good.test.ts", "test/empty.test.ts"]);
    assert.match(empty.stdout, /empty\.test\.ts holds no test\.\n2 passed, 0 failed\n$/);
    assert.equal(empty.status, 1);
    const unnamed = run(["--no-coverage", "test/good.test.ts", "--test-name-pattern", "x"]);
    assert.match(unnamed.stdout, /^0 passed, 0 failed$/m);
    assert.equal(unnamed.status, 1);
  });

  it("lets many files share processes and still tells of each", () => {
    mkdirSync(join(folder, "many"));
    const many: Record<string, string> = { ...files, crash: files["good"] ?? "" };
    for (let index = 0; index < 24; index++) many[`file-${index}`] = 'it("one", () => {});';
    for (const [name, body] of Object.entries(many))
      writeFileSync(
        join(folder, `many/${name}.test.ts`),
        `import { after, describe, it } from "node:test";\n${body}\n`,
      );
    const { stdout, status } = run(["--no-coverage", "many"]);
    assert.match(stdout, /^✖ many\/bad\.test\.ts: 1 passed, 1 failed \(/m);
    assert.match(stdout, /^✖ many\/hook\.test\.ts: 1 passed, 1 failed \(/m);
    assert.match(stdout, /^✔ many\/skip\.test\.ts: 1 passed, 2 skipped \(/m);
    assert.match(stdout, /^✔ many\/file-23\.test\.ts: 1 passed \(/m);
    assert.match(stdout, /boom/);
    assert.match(stdout, /empty\.test\.ts holds no test\.\n31 passed, 2 failed, 2 skipped\n$/);
    assert.equal(status, 1);
  });

  for (const args of [["test/missing"], ["--concurrency", "0"], ["--colour"]])
    it(`refuses "${args.join(" ")}" with exit code 2`, () => {
      const { status, stdout, stderr } = run(args);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.notEqual(stderr, "");
    });
});
