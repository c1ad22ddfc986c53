/** Traces by OpenTelemetry. Without an endpoint nothing of the SDK is loaded, and every span is one that does nothing. */
import type { IncomingHttpHeaders } from "node:http";
import {
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import type { Logger } from "pino";

/** Spans are being sent. */
export interface Tracing {
  /** Sends what is left; gives up after a moment. */
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const ENDPOINTS = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
const PROTOCOLS = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];

/**
 * Starts to send spans where one of the standard variables names an endpoint; undefined where none does. Rejects with an Error of one line when
 * the variables ask for what is not there.
 */
export async function startTracing(
  environment: Environment,
  version: string,
  log: Logger,
): Promise<Tracing | undefined> {
  const endpoint = firstOf(environment, ENDPOINTS);
  if (endpoint === undefined || environment["OTEL_SDK_DISABLED"] === "true") return undefined;
  const protocol = firstOf(environment, PROTOCOLS) ?? "http/protobuf";
  if (protocol !== "http/protobuf")
    throw new Error(`traces are sent as http/protobuf (port 4318 of a collector), not ${protocol}`);
  const { openTelemetry } = await import("./tracing-sdk.ts");
  const tracing = openTelemetry(environment, version, log);
  log.info({ endpoint: withoutCredentials(endpoint) }, "Traces are sent");
  return tracing;
}

function firstOf(environment: Environment, names: readonly string[]): string | undefined {
  return names
    .map((name) => environment[name])
    .find((value) => value !== undefined && value !== "");
}

function withoutCredentials(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "";
}

const tracer = () => trace.getTracer("prism-operator");

/** Fields of a log line within a span. */
export function traceFields(): object {
  const active = trace.getActiveSpan()?.spanContext();
  return active === undefined ? {} : { trace_id: active.traceId, span_id: active.spanId };
}

/** One pass over one object; calls to the API server within it are its children. */
export function tracedPass<T extends { readonly kind: string }>(
  controller: string,
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  const [namespace = "", name = ""] = key.split("/");
  const attributes = { "k8s.namespace.name": namespace, "prism.name": name };
  return tracer().startActiveSpan(`reconcile ${controller}`, { attributes }, async (span) => {
    try {
      const outcome = await work();
      span.setAttribute("prism.outcome", outcome.kind);
      if (outcome.kind === "failed") span.setStatus({ code: SpanStatusCode.ERROR });
      return outcome;
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** A call to the API server that has ended; within a pass alone, since leases and lists would be traces of one span. */
export function tracedCall(
  call: { readonly method: string; readonly path: string },
  code: number,
  ms: number,
): void {
  if (trace.getActiveSpan() === undefined) return;
  const [path = ""] = call.path.split("?");
  const end = Date.now();
  const span = tracer().startSpan(`${call.method} ${resourceIn(path)}`, {
    kind: SpanKind.CLIENT,
    startTime: end - ms,
    attributes: {
      "http.request.method": call.method,
      "url.path": path,
      "http.response.status_code": code,
    },
  });
  if (code === 0 || code >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(end);
}

/** `statefulsets` of `/apis/apps/v1/namespaces/a/statefulsets/b`. */
function resourceIn(path: string): string {
  const segments = path.split("/");
  const own = segments.slice(path.startsWith("/apis/") ? 4 : 3);
  const isNamespaced = own[0] === "namespaces" && own.length > 2;
  return own[isNamespaced ? 2 : 0] ?? "";
}

/** A webhook call, as part of the API server's own trace where it sends one (its tracing must be on for that). */
export function tracedRequest<T>(
  request: { readonly url?: string | undefined; readonly headers: IncomingHttpHeaders },
  response: {
    readonly statusCode: number;
    once(event: "close", listener: () => void): unknown;
  },
  work: () => T,
): T {
  const parent = propagation.extract(context.active(), request.headers);
  const name = `POST ${(request.url ?? "").split("?")[0]}`;
  return tracer().startActiveSpan(name, { kind: SpanKind.SERVER }, parent, (span) => {
    response.once("close", () => {
      span.setAttribute("http.response.status_code", response.statusCode);
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    return work();
  });
}

/** Adds to the span of the webhook call or pass that runs; asks for nothing where there is none. */
export function describeSpan(attributes: () => Parameters<Span["setAttributes"]>[0]): void {
  trace.getActiveSpan()?.setAttributes(attributes());
}
