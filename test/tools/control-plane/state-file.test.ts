import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { State } from "../../../tools/control-plane/state-file.ts";
import { readState, removeState, writeState } from "../../../tools/control-plane/state-file.ts";

const state: State = {
  server: "https://127.0.0.1:1234",
  isReady: true,
  nodes: 3,
  processes: [{ pid: 77, started: "boot:1", name: "supervisor" }],
};
const broken: readonly [string, string][] = [
  ["is empty", ""],
  ["is no JSON", "{"],
  ["is a list", "[]"],
  ["names no process", '{"processes": []}'],
  ["names a process group", '{"processes": [{"pid": -1, "started": "a"}]}'],
  ["names pid 0", '{"processes": [{"pid": 0, "started": "a"}]}'],
  ["names pid 1", '{"processes": [{"pid": 1, "started": "a"}]}'],
  ["has a pid as text", '{"processes": [{"pid": "77", "started": "a"}]}'],
  ["has a process without its start", '{"processes": [{"pid": 77}]}'],
];

describe("the state file", () => {
  let folder: string;
  let path: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "state-"));
    path = join(folder, "state.json");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("gives back what was written, leaves nothing else and is for its owner alone", () => {
    writeState(path, state);
    assert.deepEqual(readState(path), state);
    assert.deepEqual(readdirSync(folder), ["state.json"]);
    assert.equal(statSync(path).mode & 0o077, 0);
  });

  it("is nothing when it is not there", () => {
    removeState(path);
    removeState(path);
    assert.equal(readState(path), undefined);
  });

  assert.ok(broken.length > 0);
  for (const [what, content] of broken)
    it(`is nothing when it ${what}`, () => {
      writeFileSync(path, content);
      assert.equal(readState(path), undefined);
    });
});
