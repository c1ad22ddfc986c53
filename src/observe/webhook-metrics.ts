/** Metrics of admission, conversion and certificates (OBS-3); no name of an object is a label. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

const CALL_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Objects: one is usual, a list of thousands is possible. */
const REVIEW_BUCKETS = [1, 2, 5, 10, 50, 100, 500, 1_000, 5_000];

/** What admission counts, and what becomes of certificates. */
export function webhookMetrics(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name, help, labelNames, registers });
  return {
    requests: counter("prism_webhook_requests_total", "Webhook calls", [
      "webhook",
      "operation",
      "version",
      "result",
    ]),
    seconds: new Histogram({
      name: "prism_webhook_request_duration_seconds",
      help: "Time of a call",
      labelNames: ["webhook"] as const,
      buckets: CALL_BUCKETS,
      registers,
    }),
    denials: counter("prism_webhook_denials_total", "Denials by rule", ["rule"]),
    panics: counter("prism_webhook_panics_total", "Calls answered with 500 by a fault of ours", [
      "webhook",
    ]),
    certificateExpiry: new Gauge({
      name: "prism_webhook_certificate_expiration_timestamp_seconds",
      help: "When the certificate ends",
      labelNames: ["kind"] as const,
      registers,
    }),
    injections: counter("prism_webhook_ca_injections_total", "Trust bundles written", [
      "target",
      "result",
    ]),
  };
}

/** What conversion counts. */
export function conversionMetrics(registry: Registry) {
  const registers = [registry];
  return {
    objects: new Counter({
      name: "prism_conversion_objects_total",
      help: "Objects converted",
      labelNames: ["from", "to", "result"] as const,
      registers,
    }),
    seconds: new Histogram({
      name: "prism_conversion_duration_seconds",
      help: "Time of a review",
      labelNames: ["from", "to"] as const,
      buckets: CALL_BUCKETS,
      registers,
    }),
    reviewObjects: new Histogram({
      name: "prism_conversion_review_objects",
      help: "Objects of a review",
      buckets: REVIEW_BUCKETS,
      registers,
    }),
  };
}
