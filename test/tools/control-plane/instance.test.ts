import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { endInstance, readyInstance } from "../../../tools/control-plane/instance.ts";
import { layoutOf } from "../../../tools/control-plane/layout.ts";
import { identityOf } from "../../../tools/control-plane/process-identity.ts";
import type { NamedProcess } from "../../../tools/control-plane/state-file.ts";
import { readState, writeState } from "../../../tools/control-plane/state-file.ts";

describe("the instance in a folder", () => {
  let folder: string;
  const children: ChildProcess[] = [];
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "instance-"));
  });
  after(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  /** With a handler the process outlives SIGTERM. */
  async function start(name: string, handler = ""): Promise<NamedProcess> {
    const code = `${handler}; console.log(1); setTimeout(() => 0, 60000)`;
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    await once(child.stdout, "data");
    const identity = identityOf(child.pid ?? 0);
    assert.ok(identity);
    return { ...identity, name };
  }

  function write(processes: readonly NamedProcess[]): void {
    const state = { server: "https://127.0.0.1:1", isReady: true, nodes: 0, processes };
    writeState(layoutOf(folder).stateFile, state);
  }

  it("is not there when nothing was written", async () => {
    assert.equal(readyInstance(folder), undefined);
    assert.equal(await endInstance(folder), 0);
  });

  it("ends what its supervisor left when that was killed, forcing what does not go", async () => {
    const gone = await start("supervisor");
    const etcd = await start("etcd");
    const stubborn = await start("kube-apiserver", "process.on('SIGTERM', () => 0)");
    process.kill(gone.pid, "SIGKILL");
    while (identityOf(gone.pid)) await new Promise((resolve) => setTimeout(resolve, 10));
    write([gone, etcd, stubborn]);
    assert.equal(readyInstance(folder), undefined);
    assert.equal(await endInstance(folder), 2);
    assert.equal(identityOf(etcd.pid), undefined);
    assert.equal(identityOf(stubborn.pid), undefined);
    assert.equal(readState(layoutOf(folder).stateFile), undefined);
  });

  it("does not touch a process that has got the pid of one of its own", async () => {
    const stranger = await start("stranger");
    write([{ ...stranger, started: "earlier" }]);
    assert.equal(readyInstance(folder), undefined);
    assert.equal(await endInstance(folder), 0);
    assert.ok(identityOf(stranger.pid));
  });

  it("is left alone by an owner whose supervisor was another one", async () => {
    const supervisor = await start("supervisor");
    write([supervisor]);
    assert.equal(await endInstance(folder, supervisor.pid + 1), 0);
    assert.ok(readyInstance(folder));
    assert.equal(await endInstance(folder, supervisor.pid), 1);
  });
});
