/** Joins what the parts tell about themselves with metrics and logs; the parts know neither. */
import type { Logger } from "pino";
import type { CertificateObserver } from "../certs/certificate-keeper.ts";
import type { AdmissionCall, WebhookObserver } from "../webhooks/observer.ts";
import { ClusterTelemetry } from "./cluster-telemetry.ts";
import type { PassObserver } from "./controller/ports.ts";
import type { QueueObserver } from "./engine/work-queue.ts";
import type { CallObserver } from "./kube/transport.ts";
import { MemberTelemetry } from "./member-telemetry.ts";
import type { Metrics } from "./observe/metrics.ts";
import { describeSpan, tracedCall } from "./observe/tracing.ts";

/** Counts calls to the API server, and adds them to the trace of a pass. */
export function callTelemetry({ apply }: Metrics): CallObserver {
  return (call, code, ms) => {
    apply.calls.inc({ method: call.method, code: String(code) });
    tracedCall(call, code, ms);
  };
}

/** workqueue_* of one queue. */
export function queueTelemetry({ queue }: Metrics, name: string): QueueObserver {
  return {
    added: () => queue.adds.inc({ name }),
    retried: () => queue.retries.inc({ name }),
    depth: (waiting) => queue.depth.set({ name }, waiting),
    waited: (ms) => queue.waited.observe({ name }, ms / 1_000),
    worked: (ms) => queue.worked.observe({ name }, ms / 1_000),
  };
}

/** What passes over objects of one kind write, and the state of each; series go with their object. */
export function passTelemetry(
  metrics: Metrics,
  controller: string,
  clusterLimit: number,
): PassObserver {
  const { apply } = metrics;
  const objects = SHOWN[controller]?.(metrics, clusterLimit);
  return {
    wrote: (action, object) => apply[action].inc({ resource_type: object.kind.toLowerCase() }),
    applied: (kind, result) => apply.applied.inc({ kind, result }),
    skipped: () => apply.skipped.inc(),
    pruned: (kind) => apply.pruned.inc({ kind }),
    recreated: () => apply.recreated.inc(),
    status: (key, status) => objects?.saw(key, status),
  };
}

/** How the state of objects is shown, by controller; a kind without an entry has no series of its own. */
const SHOWN: Readonly<
  Record<string, (metrics: Metrics, limit: number) => { readonly saw: PassObserver["status"] }>
> = {
  prismcluster: (metrics, limit) => new ClusterTelemetry(metrics, limit),
  prismpattern: (metrics, limit) => new MemberTelemetry(metrics, "PrismPattern", limit),
  prismnamespace: (metrics, limit) => new MemberTelemetry(metrics, "PrismNamespace", limit),
};

/** What the webhooks answer: counted all, logged where somebody was refused. */
export function webhookTelemetry(
  { webhook: metrics, conversion }: Metrics,
  log: Logger,
): WebhookObserver {
  return {
    admitted: (call) => {
      const { webhook, operation, version, result } = call;
      metrics.requests.inc({ webhook, operation, version, result });
      metrics.seconds.observe({ webhook }, call.seconds);
      for (const rule of call.rules) metrics.denials.inc({ rule });
      describeSpan(() => spanOf(call));
      if (result === "allowed") return;
      const { result: _, seconds: __, ...denied } = call;
      log.info(denied, "Denied");
    },
    converted: ({ from, to, objects, seconds, result, ignoredData }) => {
      conversion.objects.inc({ from, to, result }, objects);
      conversion.seconds.observe({ from, to }, seconds);
      conversion.reviewObjects.observe(objects);
      describeSpan(() => ({ "prism.from": from, "prism.to": to, "prism.objects": objects }));
      if (ignoredData > 0)
        log.warn({ to, objects: ignoredData }, "Dropped foreign conversion data");
    },
    faulted: (webhook, code) => {
      metrics.requests.inc({ webhook, operation: "", version: "", result: String(code) });
    },
    panicked: (webhook, error) => {
      metrics.panics.inc({ webhook });
      log.error({ webhook, err: error }, "A webhook call failed by a fault of the operator");
    },
  };
}

type Described = Pick<
  AdmissionCall,
  "operation" | "version" | "result" | "rules" | "namespace" | "name" | "uid" | "kind"
>;

/** Names and ids, as in the log; nothing of the object. */
function spanOf({ operation, version, result, rules, namespace, name, uid, kind }: Described) {
  return {
    "k8s.namespace.name": namespace,
    "prism.kind": kind,
    "prism.name": name,
    "prism.operation": operation,
    "prism.version": version,
    "prism.result": result,
    "prism.rules": [...rules],
    "prism.admission_uid": uid,
  };
}

/** What becomes of certificates. */
export function certificateTelemetry({ webhook }: Metrics, log: Logger): CertificateObserver {
  let told = "";
  return {
    expires: (kind, atMs) => webhook.certificateExpiry.set({ kind }, atMs / 1_000),
    injected: (target, result) => {
      webhook.injections.inc({ target, result });
      if (result === "injected") log.info({ target }, "Injected the certificate authority");
    },
    failed: (error) => {
      const text = error instanceof Error ? error.message : "unknown";
      if (text !== told) log.warn({ error: text }, "Certificates could not be looked after");
      told = text;
    },
  };
}
