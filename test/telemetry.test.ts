import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pino } from "pino";
import { CHILD_RESOURCES } from "../src/controller/resource.ts";
import { WorkQueue } from "../src/engine/work-queue.ts";
import { createMetrics, type Metrics } from "../src/observe/metrics.ts";
import { readOptions } from "../src/options.ts";
import {
  callTelemetry,
  certificateTelemetry,
  passTelemetry,
  queueTelemetry,
  webhookTelemetry,
} from "../src/telemetry.ts";
import { VirtualClock } from "./engine/virtual-clock.ts";

/** OBS-3, the source, and controller-runtime's and client-go's names for dashboards that are there. */
const NAMES = [
  "controller_runtime_active_workers",
  "controller_runtime_max_concurrent_reconciles",
  "controller_runtime_reconcile_errors_total",
  "controller_runtime_reconcile_panics_total",
  "controller_runtime_reconcile_time_seconds",
  "controller_runtime_reconcile_total",
  "nodejs_eventloop_lag_p99_seconds",
  "prism_apply_skipped_total",
  "prism_apply_total",
  "prism_cluster_components_ready",
  "prism_cluster_patterns_ready",
  "prism_cluster_phase",
  "prism_conversion_duration_seconds",
  "prism_conversion_objects_total",
  "prism_conversion_review_objects",
  "prism_leader",
  "prism_member_phase",
  "prism_members",
  "prism_operator_reconcile_duration_seconds",
  "prism_operator_reconcile_errors_total",
  "prism_operator_reconcile_success_total",
  "prism_operator_resource_created_total",
  "prism_operator_resource_deleted_total",
  "prism_operator_resource_updated_total",
  "prism_prune_total",
  "prism_stacks",
  "prism_statefulset_recreations_total",
  "prism_webhook_ca_injections_total",
  "prism_webhook_certificate_expiration_timestamp_seconds",
  "prism_webhook_denials_total",
  "prism_webhook_panics_total",
  "prism_webhook_request_duration_seconds",
  "prism_webhook_requests_total",
  "rest_client_requests_total",
  "workqueue_adds_total",
  "workqueue_depth",
  "workqueue_longest_running_processor_seconds",
  "workqueue_queue_duration_seconds",
  "workqueue_retries_total",
  "workqueue_unfinished_work_seconds",
  "workqueue_work_duration_seconds",
];
/** The option's default. */
const LIMIT = 25;
const SILENT = pino({ level: "silent" });

describe("metrics", () => {
  it("have the names that dashboards and alerts ask for", async () => {
    const there = (await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name);
    assert.deepEqual(
      NAMES.filter((name) => !there.includes(name)),
      [],
    );
  });

  for (const clusters of [1, LIMIT, 100]) {
    it(`are less than a thousand series with ${clusters} PrismClusters`, async () => {
      const metrics = createMetrics();
      busyDay(metrics);
      const passes = passTelemetry(metrics, "prismcluster", LIMIT);
      for (let n = 0; n < clusters; n++)
        passes.status({ namespace: `team-${n}`, name: "prism" }, status());
      manyMembers(metrics);
      const series = await seriesOf(metrics);
      assert.ok(series.length > 200 && series.length < 1_000, `${series.length} series`);
    });
  }

  it("name no object of a webhook call", async () => {
    const metrics = createMetrics();
    busyDay(metrics);
    const webhooks = (await seriesOf(metrics)).filter((line) => /^prism_(webhook|conv)/.test(line));
    assert.ok(webhooks.length > 50);
    assert.doesNotMatch(webhooks.join("\n"), /secret-name|secret-namespace|somebody/);
  });

  it("have the limit that the option has", () => {
    const read = readOptions([], {}, "0.0.0");
    assert.equal(read.kind === "run" && read.options.clusterMetricsLimit, LIMIT);
  });

  it("of a PrismCluster are the source's, and go with it", async () => {
    const metrics = createMetrics();
    const passes = passTelemetry(metrics, "prismcluster", LIMIT);
    passes.status({ namespace: "prism", name: "prism-local" }, status());
    const mine = async () =>
      (await seriesOf(metrics)).filter((line) => line.startsWith("prism_cluster"));
    const labels = 'namespace="prism",cluster="prism-local"';
    assert.deepEqual((await mine()).slice(0, 3), [
      `prism_cluster_phase{${labels},phase="running"} 1`,
      `prism_cluster_components_ready{${labels},component="admin"} 1`,
      `prism_cluster_components_ready{${labels},component="proxy"} 1`,
    ]);
    assert.ok((await mine()).includes(`prism_cluster_patterns_ready{${labels},pattern="p0"} 1`));
    passes.status({ namespace: "prism", name: "prism-local" }, undefined);
    assert.deepEqual(await mine(), []);
  });

  it("beyond the limit show the parts of those alone that are not ready, and of all again below it", async () => {
    const metrics = createMetrics();
    const passes = passTelemetry(metrics, "prismcluster", 2);
    const parts = async () =>
      new Set(
        (await seriesOf(metrics))
          .filter((line) => line.startsWith("prism_cluster_components_ready"))
          .map((line) => /cluster="(\w+)"/.exec(line)?.[1]),
      );
    const see = (name: string, value?: object) => passes.status({ namespace: "a", name }, value);
    see("one", status());
    see("two", status());
    assert.deepEqual([...(await parts())], ["one", "two"]);
    see("three", status("False"));
    assert.deepEqual([...(await parts())], ["three"]);
    see("three", status());
    assert.equal((await parts()).size, 0);
    see("three");
    assert.deepEqual([...(await parts())], ["one", "two"]);
  });

  it("of PrismPatterns and tenants are few, show what does not run, and go with their object", async () => {
    const metrics = createMetrics();
    const patterns = passTelemetry(metrics, "prismpattern", 2);
    const mine = async () =>
      (await seriesOf(metrics)).filter((line) => /^prism_member.* [1-9]/.test(line)).toSorted();
    const see = (name: string, phase?: string) =>
      patterns.status({ namespace: "a", name }, phase === undefined ? undefined : { phase });
    see("one", "Pending");
    see("one", "Running");
    see("two", "Running");
    const shown = (name: string, phase: string) =>
      `prism_member_phase{kind="PrismPattern",namespace="a",name="${name}",phase="${phase}"} 1`;
    const count = (phase: string, value: number) =>
      `prism_members{kind="PrismPattern",phase="${phase}"} ${value}`;
    assert.deepEqual(await mine(), [
      shown("one", "running"),
      shown("two", "running"),
      count("running", 2),
    ]);
    see("three", "Degraded");
    assert.deepEqual(await mine(), [
      shown("three", "degraded"),
      count("degraded", 1),
      count("running", 2),
    ]);
    see("three");
    assert.deepEqual(await mine(), [
      shown("one", "running"),
      shown("two", "running"),
      count("running", 2),
    ]);
    see("one");
    see("two");
    assert.deepEqual(await mine(), []);
  });

  it("tell how long keys are held while they are", async () => {
    const clock = new VirtualClock();
    const metrics = createMetrics();
    const queue = new WorkQueue({ clock, random: () => 0 });
    metrics.queue.watch("q", () => queue.heldFor());
    queue.add("a");
    queue.add("b");
    await queue.next();
    clock.advance(2_000);
    await queue.next();
    clock.advance(1_000);
    const held = async () => (await seriesOf(metrics)).filter((line) => /unfin|longest/.test(line));
    assert.deepEqual(await held(), [
      'workqueue_unfinished_work_seconds{name="q"} 4',
      'workqueue_longest_running_processor_seconds{name="q"} 3',
    ]);
    queue.done("a");
    queue.done("b");
    assert.match((await held()).join(), / 0,.* 0$/);
  });
});

/** Half of them do not run. */
function manyMembers(metrics: Metrics): void {
  for (const kind of ["prismpattern", "prismnamespace"]) {
    const members = passTelemetry(metrics, kind, LIMIT);
    for (let n = 0; n < 1_000; n++) {
      const phase = n % 2 === 0 ? "Failed" : "Running";
      members.status({ namespace: "a", name: `m-${n}` }, { phase });
    }
  }
}

/** Every label that can be, at least once. */
function busyDay(metrics: Metrics): void {
  busyWebhooks(metrics);
  busyCertificates(metrics);
  const passes = passTelemetry(metrics, "prismcluster", LIMIT);
  for (const { kind } of CHILD_RESOURCES) {
    for (const action of ["created", "updated", "deleted"] as const)
      passes.wrote(action, { apiVersion: "v1", kind, metadata: { name: "x" } });
    for (const result of ["created", "updated", "waiting", "failed"]) passes.applied(kind, result);
    passes.pruned(kind);
  }
  const calls = callTelemetry(metrics);
  for (const method of ["GET", "POST", "PATCH", "PUT", "DELETE"] as const)
    for (const code of [0, 200, 201, 404, 409, 422, 429]) calls({ method, path: "/" }, code, 1);
  const queue = queueTelemetry(metrics, "prismcluster");
  queue.added();
  queue.retried();
  queue.depth(1);
  queue.waited(1);
  queue.worked(1);
  const controller = "prismcluster";
  metrics.reconcile.duration.observe({ controller }, 1);
  metrics.reconcile.seconds.observe({ controller }, 1);
  for (const result of ["success", "error", "requeue_after"])
    metrics.reconcile.total.inc({ controller, result });
  metrics.queue.watch("prismcluster", () => []);
}

function busyWebhooks(metrics: Metrics): void {
  const webhooks = webhookTelemetry(metrics, SILENT);
  const rules = Array.from({ length: 30 }, (_, n) => `rule-${n}`);
  const call = { kind: "PrismCluster", seconds: 0.01, rules, uid: "1", user: "somebody" };
  const object = { namespace: "secret-namespace", name: "secret-name" };
  const calls = [
    { webhook: "mutate", operation: "CREATE" },
    { webhook: "mutate", operation: "UPDATE" },
    { webhook: "validate", operation: "CREATE" },
    { webhook: "validate", operation: "UPDATE" },
    { webhook: "protect", operation: "DELETE" },
  ] as const;
  for (const one of calls)
    for (const version of ["v1alpha1", "v1alpha2", "other"])
      for (const result of ["allowed", "denied"] as const)
        webhooks.admitted({ ...call, ...object, ...one, version, result });
  const conversion = { objects: 1, seconds: 0.01, ignoredData: 0 };
  for (const from of ["v1alpha1", "v1alpha2", "mixed"])
    for (const result of ["converted", "failed"] as const)
      webhooks.converted({ ...conversion, from, to: "v1alpha2", result });
  for (const code of [400, 404, 405, 413, 415, 500]) webhooks.faulted("mutate", code);
}

function busyCertificates(metrics: Metrics): void {
  const certificates = certificateTelemetry(metrics, SILENT);
  for (const kind of ["ca", "leaf"] as const) certificates.expires(kind, 1);
  for (const target of ["a", "b", "c", "d", "e", "f"])
    for (const result of ["injected", "failed"] as const) certificates.injected(target, result);
}

/** As the reporter writes it: the source's example has two backends; here all five and three patterns. */
function status(ready = "True"): object {
  const component = (name: string) => ({ name, ready: true });
  return {
    phase: "Running",
    conditions: [
      { type: "Ready", status: ready, reason: "R", message: "", lastTransitionTime: "" },
    ],
    adminStatus: component("prism-admin"),
    proxyStatus: component("prism-proxy"),
    backendStatus: ["redis", "nats", "postgres", "minio", "kafka"].map(component),
    patternStatus: [0, 1, 2].map((n) => component(`p${n}-runner`)),
  };
}

/** Lines that are samples. */
async function seriesOf({ registry }: Metrics): Promise<readonly string[]> {
  const text = await registry.metrics();
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
