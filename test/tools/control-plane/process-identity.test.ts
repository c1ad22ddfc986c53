import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import {
  identityOf,
  isRunning,
  signalProcess,
} from "../../../tools/control-plane/process-identity.ts";

/** A process with a name that would break a careless reader of /proc: brackets and spaces. */
function sleeper() {
  return spawn(process.execPath, ["-e", "process.title = 'a) b (c'; setTimeout(() => 0, 60000)"], {
    stdio: "ignore",
  });
}

describe("the identity of a process", () => {
  it("is the same each time it is asked for", () => {
    const own = identityOf(process.pid);
    assert.ok(own);
    assert.deepEqual(identityOf(process.pid), own);
    assert.ok(isRunning(own));
  });

  it("is gone when the process has ended", async () => {
    const child = sleeper();
    const identity = identityOf(child.pid ?? 0);
    assert.ok(identity);
    assert.ok(signalProcess(identity, "SIGKILL"));
    await once(child, "exit");
    assert.equal(isRunning(identity), false);
    assert.equal(signalProcess(identity, "SIGTERM"), false);
  });

  it("is not that of another process with the same pid, which gets no signal", async () => {
    const child = sleeper();
    const identity = identityOf(child.pid ?? 0);
    assert.ok(identity);
    const earlier = { ...identity, started: `${identity.started}0` };
    assert.equal(isRunning(earlier), false);
    assert.equal(signalProcess(earlier, "SIGKILL"), false);
    assert.ok(isRunning(identity));
    child.kill("SIGKILL");
    await once(child, "exit");
  });
});
