import assert from "node:assert/strict";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Environment } from "@marcbachmann/cel-js";
import { parse, parseAllDocuments } from "yaml";
import { KINDS } from "../../src/domain/registry.ts";
import { listAt, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { argoConfig } from "../../tools/deploy/argo-cd.ts";
import { programPath, run } from "../../tools/deploy/helm.ts";

const ARGO = "deploy/gitops/argo-cd/prism.io/PrismCluster";
const OTHER_KINDS = ["PrismPattern", "PrismNamespace", "PrismFederation"];
const FLUX = "deploy/gitops/flux/kustomization.yaml";

describe("Argo CD", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "prism-lua-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const cases = listAt(parse(readFileSync(`${ARGO}/health_test.yaml`, "utf8")), "tests");
  it("has a test for every state in its test data", () => {
    const named = cases.map((one) => basename(textAt(one, "inputPath")));
    assert.deepEqual(named.toSorted(), globSync("*.yaml", { cwd: `${ARGO}/testdata` }).toSorted());
  });

  for (const one of cases) {
    const input = textAt(one, "inputPath");
    it(`${basename(input, ".yaml")} is ${textAt(one, "healthStatus", "status")}`, async () => {
      const health = await lua(
        readFileSync(`${ARGO}/health.lua`, "utf8"),
        object(input),
        'print(result.status .. "|" .. result.message)',
      );
      assert.equal(
        health,
        `${textAt(one, "healthStatus", "status")}|${textAt(one, "healthStatus", "message")}`,
      );
    });
  }

  const ACTIONS: readonly (readonly [string, string, RegExp])[] = [
    ["pause", "running", /^true$/],
    ["resume", "paused", /^nil$/],
    ["resume", "running", /^nil$/],
    ["rollout", "running", /^now$/],
    ["reconcile-now", "running", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
  ];
  const ANNOTATIONS: Readonly<Record<string, string>> = {
    pause: "paused",
    resume: "paused",
    rollout: "rollout",
    "reconcile-now": "reconcile-now",
  };
  for (const [action, state, expected] of ACTIONS) {
    it(`${action} on one that is ${state}`, async () => {
      const print = `print((result.metadata.annotations or {})["prism.io/${ANNOTATIONS[action]}"])`;
      assert.match(
        await lua(
          readFileSync(`${ARGO}/actions/${action}/action.lua`, "utf8"),
          object(`testdata/${state}.yaml`),
          print,
        ),
        expected,
      );
    });
  }

  it("offers to pause what runs, and to resume what is paused", async () => {
    const discovery = readFileSync(`${ARGO}/actions/discovery.lua`, "utf8");
    const print =
      'print(tostring(result["pause"].disabled) .. tostring(result["resume"].disabled))';
    assert.equal(await lua(discovery, object("testdata/running.yaml"), print), "falsetrue");
    assert.equal(await lua(discovery, object("testdata/paused.yaml"), print), "truefalse");
  });

  for (const kind of OTHER_KINDS) {
    const others = `deploy/gitops/argo-cd/prism.io/${kind}`;
    for (const one of listAt(parse(readFileSync(`${others}/health_test.yaml`, "utf8")), "tests")) {
      const input = textAt(one, "inputPath");
      it(`a ${kind} that is ${basename(input, ".yaml")} is ${textAt(one, "healthStatus", "status")}`, async () => {
        const value: unknown = parse(readFileSync(`${others}/${input}`, "utf8"));
        assert.equal(textAt(value, "kind"), kind);
        const health = await lua(
          readFileSync(`${others}/health.lua`, "utf8"),
          value,
          'print(result.status .. "|" .. result.message)',
        );
        const { status, message } = Object(valueAt(one, "healthStatus"));
        assert.equal(health, `${status}|${message}`);
      });
    }

    it(`a ${kind} is offered exactly the actions that there are`, async () => {
      const names = await lua(
        readFileSync(`${others}/actions/discovery.lua`, "utf8"),
        parse(readFileSync(`${others}/testdata/running.yaml`, "utf8")),
        "for name in pairs(result) do print(name) end",
      );
      assert.deepEqual(names.split("\n").sort(), actionsIn(others));
    });
  }

  it("offers exactly the actions that there are, by the names it is configured with", async () => {
    const names = await lua(
      readFileSync(`${ARGO}/actions/discovery.lua`, "utf8"),
      object("testdata/running.yaml"),
      "for name in pairs(result) do print(name) end",
    );
    const config = argoConfig();
    const parts = KINDS.flatMap(({ kind }) => [
      `actions.prism.io_${kind}`,
      `health.prism.io_${kind}`,
    ]);
    assert.deepEqual(
      Object.keys(config).sort(),
      parts.map((part) => `resource.customizations.${part}`).sort(),
    );
    const actions: unknown = parse(
      config["resource.customizations.actions.prism.io_PrismCluster"] ?? "",
    );
    const configured = listAt(actions, "definitions").map((one) => textAt(one, "name"));
    assert.deepEqual(names.split("\n").sort(), configured);
    assert.deepEqual(configured, [...new Set(ACTIONS.map(([name]) => name))].sort());
  });

  /** Runs a script as Argo CD does: `obj` is the object, `result` what the script returns. */
  async function lua(script: string, value: unknown, print: string): Promise<string> {
    const file = join(folder, "script.lua");
    writeFileSync(
      file,
      `obj = ${literal(value)}\nlocal result = (function()\n${script}\nend)()\n${print}\n`,
    );
    const { code, stdout, stderr } = await run(await programPath("glua"), [file]);
    assert.equal(code, 0, stdout + stderr);
    return stdout.trim();
  }
});

describe("Flux", () => {
  const kustomization = parseAllDocuments(readFileSync(FLUX, "utf8"))
    .map((one): unknown => one.toJS())
    .find((one) => textAt(one, "kind") === "Kustomization");
  const checks = listAt(kustomization, "spec", "healthCheckExprs");
  /** What kstatus calls it, in the order in which Flux asks. */
  const EXPECTED: Readonly<Record<string, string>> = {
    new: "inProgress",
    changed: "inProgress",
    "rolling-out": "inProgress",
    running: "current",
    stalled: "failed",
    degraded: "failed",
    paused: "inProgress",
    deleting: "failed",
  };

  it("has the same expressions for every version of every kind", () => {
    const versions = KINDS.flatMap(({ group, kind, versions: all }) =>
      all.map((version) => `${group}/${version} ${kind}`),
    );
    assert.deepEqual(
      checks.map((check) => `${textAt(check, "apiVersion")} ${textAt(check, "kind")}`).sort(),
      versions.sort(),
    );
    const rules = checks.map((check) =>
      ["inProgress", "failed", "current"].map((name) => textAt(check, name)).join("\n"),
    );
    assert.equal(new Set(rules).size, 1);
  });

  for (const [state, expected] of Object.entries(EXPECTED)) {
    it(`${state} is ${expected}`, () => {
      const value = object(`testdata/${state}.yaml`);
      const environment = new Environment({ unlistedVariablesAreDyn: true });
      const [check] = checks;
      const found = ["inProgress", "failed", "current"].find((name) =>
        environment.evaluate(textAt(check, name), { status: {}, metadata: {}, ...integers(value) }),
      );
      assert.equal(found, expected);
    });
  }
});

function actionsIn(folder: string): readonly string[] {
  return globSync("actions/*/action.lua", { cwd: folder })
    .map((path) => basename(dirname(path)))
    .sort();
}

function object(path: string): unknown {
  return parse(readFileSync(`${ARGO}/${path}`, "utf8"));
}

/** CEL's integers are bigints here. */
function integers(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value), (_key, one) =>
    Number.isInteger(one) ? BigInt(one) : one,
  );
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(literal).join(", ")}}`;
  if (typeof value !== "object" || value === null)
    return value === null ? "nil" : JSON.stringify(value);
  const fields = Object.keys(value).map(
    (key) => `[${JSON.stringify(key)}] = ${literal(valueAt(value, key))}`,
  );
  return `{${fields.join(", ")}}`;
}
