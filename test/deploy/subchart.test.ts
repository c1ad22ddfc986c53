import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parseAllDocuments, stringify } from "yaml";
import { listAt, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { programPath, run } from "../../tools/deploy/helm.ts";
import { CHART, only } from "./chart.ts";

describe("the chart within another one", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "prism-parent-"));
    mkdirSync(join(folder, "charts"));
    cpSync(CHART, join(folder, "charts", "prism-operator"), { recursive: true });
    const dependency = {
      name: "prism-operator",
      version: "0.1.0",
      condition: "prism-operator.enabled",
    };
    writeFileSync(
      join(folder, "Chart.yaml"),
      stringify({
        apiVersion: "v2",
        name: "platform",
        version: "1.0.0",
        dependencies: [dependency],
      }),
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("takes its own values and the parent's global ones, whatever else is in them", async () => {
    const values = {
      global: {
        imageRegistry: "registry.example.com",
        imagePullSecrets: [{ name: "creds" }],
        storageClass: "fast",
        team: { name: "x" },
      },
      "prism-operator": { enabled: true, replicas: 3, fullnameOverride: "prism" },
    };
    const objects = await platform(values);
    const deployment = only(objects, "Deployment");
    assert.equal(textAt(deployment, "metadata", "name"), "prism");
    assert.equal(valueAt(deployment, "spec", "replicas"), 3);
    const [container] = listAt(deployment, "spec", "template", "spec", "containers");
    assert.equal(textAt(container, "image"), "registry.example.com/prism/prism-operator:v0.1.0");
  });

  it("is not there when its condition says so", async () => {
    assert.deepEqual(await platform({ "prism-operator": { enabled: false } }), []);
  });

  async function platform(values: object): Promise<readonly unknown[]> {
    const file = join(folder, "test-values.yaml");
    writeFileSync(file, stringify(values));
    const { code, stdout, stderr } = await run(await programPath("helm"), [
      "template",
      "platform",
      folder,
      "--values",
      file,
    ]);
    assert.equal(code, 0, stderr);
    return parseAllDocuments(stdout)
      .map((one): unknown => one.toJS())
      .filter((one) => one !== null);
  }
});
