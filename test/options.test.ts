import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Options, readOptions } from "../src/options.ts";

function run(args: readonly string[], environment: Record<string, string> = {}): Options {
  const read = readOptions(args, environment, "1.2.3");
  assert.equal(read.kind, "run", read.kind === "run" ? "" : read.text);
  return read.kind === "run" ? read.options : assert.fail();
}

describe("readOptions", () => {
  it("has a value for everything that a plain start needs", () => {
    const { leaderElect, webhooks, install, healthPort, watchNamespace, earlyRefusal } = run([]);
    assert.deepEqual(
      { leaderElect, webhooks, install, healthPort, watchNamespace, earlyRefusal },
      {
        leaderElect: true,
        webhooks: true,
        install: false,
        healthPort: 8_081,
        watchNamespace: [],
        earlyRefusal: true,
      },
    );
  });

  it("reads every option of the help from the environment too", () => {
    const help = readOptions(["--help"], {}, "1.2.3");
    const variables = help.kind === "print" ? (help.text.match(/PRISM_[A-Z_]+(?=\])/g) ?? []) : [];
    assert.ok(variables.length > 20, "the help names the variables");
    for (const variable of variables) {
      const read = readOptions([], { [variable]: "\u0000no" }, "1.2.3");
      const on = readOptions([], { [variable]: "true" }, "1.2.3");
      assert.ok(
        JSON.stringify(read) !== JSON.stringify(on) || on.kind === "refuse",
        `${variable} changes nothing`,
      );
    }
  });

  it("lets the command line win over the environment", () => {
    const environment = { PRISM_HEALTH_PORT: "1", PRISM_METRICS_PORT: "2" };
    const { healthPort, metricsPort } = run(["--health-port", "3"], environment);
    assert.deepEqual([healthPort, metricsPort], [3, 2]);
  });

  it("reads a switch by the name of the thing", () => {
    assert.equal(run([], { PRISM_LEADER_ELECT: "false" }).leaderElect, false);
    assert.equal(run([], { PRISM_LEADER_ELECT: "true" }).leaderElect, true);
    assert.equal(run([], { PRISM_INSTALL: "1" }).install, true);
    assert.equal(run([], { PRISM_INSTALL: "false" }).install, false);
  });

  const refused: readonly (readonly string[])[] = [
    ["--health-port", "70000"],
    ["--health-port", "x"],
    ["--log-level", "loud"],
    ["--max-concurrent-reconciles", "0"],
    ["--watch-namespace", "a,,b"],
    ["--watch-namespace", "../x"],
    ["--unknown"],
    ["word"],
  ];
  for (const args of refused) {
    it(`refuses ${args.join(" ")} in one line`, () => {
      const read = readOptions(args, {}, "1.2.3");
      assert.equal(read.kind, "refuse");
      assert.match(read.kind === "refuse" ? read.text : "", /^error: .+$/);
    });
  }
});
