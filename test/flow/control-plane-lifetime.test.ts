import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ControlPlane } from "../../tools/control-plane/control-plane.ts";
import { startControlPlane } from "../../tools/control-plane/control-plane.ts";
import { layoutOf } from "../../tools/control-plane/layout.ts";
import { isRunning } from "../../tools/control-plane/process-identity.ts";
import type { NamedProcess } from "../../tools/control-plane/state-file.ts";
import { readState } from "../../tools/control-plane/state-file.ts";

const cli = fileURLToPath(new URL("../../tools/control-plane/cli.ts", import.meta.url));
const owner = fileURLToPath(new URL("./control-plane-owner.ts", import.meta.url));

function startedIn(dir: string): readonly NamedProcess[] {
  return readState(layoutOf(dir).stateFile)?.processes ?? [];
}

function processesOf(dir: string): readonly NamedProcess[] {
  const processes = startedIn(dir);
  assert.ok(processes.length >= 3);
  for (const each of processes) assert.ok(isRunning(each), each.name);
  return processes;
}

function named(processes: readonly NamedProcess[], name: string): NamedProcess {
  const found = processes.find((each) => each.name === name);
  assert.ok(found, name);
  return found;
}

async function allEnd(processes: readonly NamedProcess[]): Promise<void> {
  const deadline = AbortSignal.timeout(20_000);
  while (processes.some(isRunning)) await sleep(50, undefined, { signal: deadline });
}

describe("the life of a control plane", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lifetime-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("ends with its owner, even when that is killed, and takes its folder along", async () => {
    const child = spawn(process.execPath, [owner], { stdio: ["ignore", "pipe", "inherit"] });
    const [dir] = await once(child.stdout.setEncoding("utf8"), "data");
    const processes = processesOf(String(dir));
    child.kill("SIGKILL");
    await allEnd(processes);
    assert.equal(existsSync(String(dir)), false);
  });

  it("is lost when a program of it ends by itself, and says which", async () => {
    const plane = await startControlPlane({ scope: "api-server" });
    const processes = processesOf(plane.dir);
    process.kill(named(processes, "etcd").pid, "SIGKILL");
    assert.match(await plane.lost, /^ended by itself: etcd \(SIGKILL\)/);
    await allEnd(processes);
    await plane.stop();
  });

  describe("with an audit policy", () => {
    let plane: ControlPlane;
    before(async () => {
      const auditPolicy = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n";
      plane = await startControlPlane({ scope: "api-server", auditPolicy });
    });
    after(() => plane.stop());

    it("writes an audit log", () => {
      assert.match(readFileSync(plane.auditLogPath, "utf8"), /"requestURI":"\/readyz"/);
    });

    it("is ended by its owner when its supervisor is killed", async () => {
      const processes = processesOf(plane.dir);
      process.kill(named(processes, "supervisor").pid, "SIGKILL");
      await plane.lost;
      assert.deepEqual(processes.filter(isRunning), []);
      assert.equal(existsSync(plane.dir), false);
    });
  });

  it("leaves nothing when it cannot start, and shows the log of the program that failed", async () => {
    const dir = join(folder, "failed");
    let processes: readonly NamedProcess[] = [];
    const onProgress = (line: string) => {
      if (line === "Starting kube-apiserver") processes = startedIn(dir);
    };
    const apiServerFlags = ["--no-such-flag"];
    const start = startControlPlane({ dir, scope: "api-server", apiServerFlags, onProgress });
    await assert.rejects(start, (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, "ControlPlaneFailed");
      assert.match(error.message, /kube-apiserver.*unknown flag: --no-such-flag/s);
      return true;
    });
    assert.ok(processes.length >= 2);
    assert.deepEqual(processes.filter(isRunning), []);
    assert.equal(existsSync(layoutOf(dir).stateFile), false);
  });

  it("leaves nothing when the start is interrupted", async () => {
    const dir = join(folder, "interrupted");
    const interrupted = new AbortController();
    let processes: readonly NamedProcess[] = [];
    const onProgress = (line: string) => {
      if (line !== "Starting kube-apiserver") return;
      processes = startedIn(dir);
      interrupted.abort();
    };
    const start = startControlPlane({
      dir,
      scope: "api-server",
      onProgress,
      signal: interrupted.signal,
    });
    await assert.rejects(start, /interrupted/);
    assert.ok(processes.length >= 2);
    await allEnd(processes);
  });

  it("goes up by command once, is named by env, and goes down", async () => {
    const dir = join(folder, "by command");
    const run = promisify(execFile);
    const command = (...args: readonly string[]) =>
      run(process.execPath, [cli, ...args, "--dir", dir], { encoding: "utf8" });
    const up = await command("up", "--nodes", "1");
    assert.match(up.stdout, /ready after .* s: https:\/\/127\.0\.0\.1:\d+, 1 node\./);
    const processes = processesOf(dir);
    assert.match((await command("up")).stdout, /already running/);
    assert.deepEqual(processesOf(dir), processes);
    const { stdout } = await command("env");
    assert.equal(stdout, `export KUBECONFIG='${layoutOf(dir).kubeconfig}'\n`);
    const script = `${stdout} "$0" get nodes -o name`;
    const nodes = await run("sh", ["-c", script, join(layoutOf(dir).bin, "kubectl")]);
    assert.equal(nodes.stdout, "node/node-1\n");
    assert.match((await command("down")).stdout, /^Stopped 6 processes\.\n$/);
    assert.deepEqual(processes.filter(isRunning), []);
    assert.match((await command("down")).stdout, /No control plane is running/);
  });
});
