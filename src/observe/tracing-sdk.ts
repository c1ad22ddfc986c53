/** The OpenTelemetry SDK, put together; loaded only where traces are asked for (it takes half a second and 20 MB). */
import { context, DiagLogLevel, diag, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";
import type { Tracing } from "./tracing.ts";

const STOP_WITHIN_MS = 2_000;

/** Registers the SDK for the whole process; the exporter reads the standard variables itself. Throws an Error for a sampler that is unknown. */
export function openTelemetry(
  environment: Readonly<Record<string, string | undefined>>,
  version: string,
  log: Logger,
): Tracing {
  tellTroubles(log);
  const own = { "service.name": "prism-operator", "service.version": version };
  const provider = new TracerProvider({
    resource: resourceFromAttributes(own).merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(
      environment["OTEL_TRACES_SAMPLER"] ?? "parentbased_always_on",
      environment["OTEL_TRACES_SAMPLER_ARG"] ?? "1",
    ),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    stop: async () => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref());
      await Promise.race([provider.shutdown(), late]).catch(() => undefined);
    },
  };
}

/** A collector that is away says so with every batch; once is enough. */
function tellTroubles(log: Logger): void {
  let told = "";
  const tell = (message: string): void => {
    const text = message.slice(0, 300);
    if (text !== told) log.warn({ error: text }, "Traces could not be sent");
    told = text;
  };
  const silent = (): void => undefined;
  const logger = { error: tell, warn: tell, info: silent, debug: silent, verbose: silent };
  diag.setLogger(logger, DiagLogLevel.WARN);
}

/** The samplers that OpenTelemetry's specification names. */
function samplerOf(name: string, argument: string): Sampler {
  const root = name.replace(/^parentbased_/, "");
  const sampler = rootSampler(root, Number(argument));
  if (sampler === undefined) throw new Error(`OTEL_TRACES_SAMPLER: there is no ${name}`);
  return root === name ? sampler : new ParentBasedSampler({ root: sampler });
}

function rootSampler(name: string, ratio: number): Sampler | undefined {
  if (name === "always_on") return new AlwaysOnSampler();
  if (name === "always_off") return new AlwaysOffSampler();
  return name === "traceidratio" ? new TraceIdRatioBasedSampler(ratio) : undefined;
}
