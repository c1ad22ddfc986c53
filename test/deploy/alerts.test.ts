import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parse, stringify } from "yaml";
import { createMetrics } from "../../src/observe/metrics.ts";
import { listAt, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { programPath, run } from "../../tools/deploy/helm.ts";
import { only, rendered } from "./chart.ts";

const RUNBOOKS = "docs/runbooks";
const TESTS = "test/fixtures/deploy/alerts.promtool.yaml";
const STATE = "deploy/kube-state-metrics/custom-resource-state.yaml";
/** Of kube-state-metrics itself. */
const FOREIGN = ["kube_deployment_status_replicas_available"];

describe("the alerts of the chart", () => {
  let spec: unknown;
  let rules: readonly unknown[] = [];
  let folder = "";
  before(async () => {
    const objects = await rendered(["--set", "monitoring.prometheusRule.enabled=true"]);
    spec = valueAt(only(objects, "PrometheusRule"), "spec");
    rules = listAt(spec, "groups").flatMap((group) => listAt(group, "rules"));
    folder = mkdtempSync(join(tmpdir(), "prism-alerts-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are rules that Prometheus takes, without a lint", async () => {
    const file = join(folder, "complete.yaml");
    writeFileSync(file, stringify(spec));
    const { code, stdout, stderr } = await run(await programPath("promtool"), [
      "check",
      "rules",
      "--lint-fatal",
      file,
    ]);
    assert.equal(code, 0, stdout + stderr);
  });

  it("fire when they should and are quiet otherwise", async () => {
    // promtool would want every text repeated; what counts is which alert fires with which labels.
    const bare = JSON.parse(JSON.stringify(spec), (key, value) =>
      key === "annotations" ? undefined : value,
    );
    writeFileSync(join(folder, "rules.yaml"), stringify(bare));
    writeFileSync(join(folder, "tests.yaml"), readFileSync(TESTS));
    const { code, stdout, stderr } = await run(await programPath("promtool"), [
      "test",
      "rules",
      join(folder, "tests.yaml"),
    ]);
    assert.equal(code, 0, stdout + stderr);
  });

  it("are each made to fire by a test, and each made to be quiet by one", () => {
    const cases = listAt(parse(readFileSync(TESTS, "utf8")), "tests").flatMap((test) =>
      listAt(test, "alert_rule_test"),
    );
    const named = (isFiring: boolean) =>
      cases
        .filter((one) => listAt(one, "exp_alerts").length > 0 === isFiring)
        .map((one) => textAt(one, "alertname"));
    assert.deepEqual(distinct(named(true)), alerts());
    assert.deepEqual(distinct(named(false)), alerts());
  });

  it("have a severity, a summary, a description and the address of a page that is there", () => {
    assert.ok(rules.length >= 14);
    for (const rule of rules) {
      const name = textAt(rule, "alert");
      assert.match(textAt(rule, "labels", "severity"), /^(critical|warning|info)$/, name);
      assert.ok(textAt(rule, "annotations", "summary").length > 10, name);
      assert.ok(textAt(rule, "annotations", "description").length > 10, name);
      assert.match(
        textAt(rule, "annotations", "runbook_url"),
        new RegExp(`^https://.*/docs/runbooks/${name}\\.md$`),
      );
    }
  });

  it("and the pages are the same", () => {
    const pages = readdirSync(RUNBOOKS)
      .filter((file) => file !== "README.md")
      .map((file) => file.replace(/\.md$/, ""));
    assert.deepEqual(pages.toSorted(), alerts());
  });

  it("and each page says what it means, what users see, where to look and what to do", () => {
    for (const name of alerts()) {
      const page = readFileSync(join(RUNBOOKS, `${name}.md`), "utf8");
      assert.equal(page.split("\n")[0], `# ${name}`);
      for (const part of ["What it means", "What it does to users", "Look", "Do"])
        assert.ok(page.includes(`\n## ${part}\n`), `${name}: ${part}`);
    }
  });

  it("and the tree of incidents leads to every page", () => {
    const tree = readFileSync(join(RUNBOOKS, "README.md"), "utf8");
    assert.deepEqual(
      alerts().filter((name) => !tree.includes(`(${name}.md)`)),
      [],
    );
  });

  it("speak of metrics that there are", async () => {
    const text = rules.map((rule) => textAt(rule, "expr")).join("\n");
    assert.deepEqual(await unknownMetrics(text), []);
  });

  it("and so do the dashboards", async () => {
    const objects = await rendered(["--set", "monitoring.dashboards.enabled=true"]);
    const boards = objects.filter(
      (object) => textAt(object, "metadata", "annotations", "grafana_folder") === "Prism",
    );
    assert.equal(boards.length, 2);
    for (const board of boards) {
      const [[file = "", text = ""] = []] = Object.entries(Object(valueAt(board, "data")));
      const json: unknown = JSON.parse(String(text));
      const panels = listAt(json, "panels");
      assert.ok(panels.length > 10, file);
      const ids = panels.map((panel) => valueAt(panel, "id"));
      assert.equal(new Set(ids).size, ids.length, file);
      const expressions = panels.flatMap((panel) =>
        listAt(panel, "targets").map((target) => textAt(target, "expr")),
      );
      const queries = listAt(json, "templating", "list").map((variable) =>
        textAt(variable, "query"),
      );
      assert.deepEqual(await unknownMetrics([...expressions, ...queries].join("\n")), [], file);
    }
  });

  it("every expression of a dashboard is one that Prometheus takes", async () => {
    const objects = await rendered(["--set", "monitoring.dashboards.enabled=true"]);
    const boards = objects.filter(
      (object) => textAt(object, "metadata", "annotations", "grafana_folder") === "Prism",
    );
    const expressions = boards.flatMap((board) =>
      Object.values(Object(valueAt(board, "data"))).flatMap((text) =>
        listAt(JSON.parse(String(text)), "panels").flatMap((panel) =>
          listAt(panel, "targets").map((target) => textAt(target, "expr")),
        ),
      ),
    );
    assert.ok(expressions.length > 20);
    const records = expressions.map((expr, index) => ({
      record: `panel:${index}`,
      expr: expr.replaceAll("$__rate_interval", "5m"),
    }));
    const file = join(folder, "dashboards.yaml");
    writeFileSync(file, stringify({ groups: [{ name: "panels", rules: records }] }));
    const { code, stdout, stderr } = await run(await programPath("promtool"), [
      "check",
      "rules",
      file,
    ]);
    assert.equal(code, 0, stdout + stderr);
  });

  function alerts(): readonly string[] {
    return distinct(rules.map((rule) => textAt(rule, "alert")));
  }
});

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

async function unknownMetrics(text: string): Promise<readonly string[]> {
  const own = (await createMetrics().registry.getMetricsAsJSON()).flatMap(({ name, type }) =>
    String(type) === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  const resources = listAt(parse(readFileSync(STATE, "utf8")), "spec", "resources");
  const state = resources.flatMap((resource) => {
    const prefix = textAt(resource, "metricNamePrefix");
    return listAt(resource, "metrics").map((metric) => `${prefix}_${textAt(metric, "name")}`);
  });
  const known = new Set([...own, ...state, ...FOREIGN]);
  const named =
    text.match(
      /\b(prism|controller_runtime|workqueue|rest_client|nodejs|process|kube)_[a-z0-9_]+\b/g,
    ) ?? [];
  assert.ok(named.length > 0);
  return distinct(named.filter((name) => !known.has(name)));
}
