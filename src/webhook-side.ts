/** The half of the operator that answers the API server: certificates, server, handlers. */
import type { Logger } from "pino";
import { type CertificateKeeper, createCertificateKeeper } from "../certs/certificate-keeper.ts";
import { createFileKeeper } from "../certs/file-keeper.ts";
import type { KeyPair } from "../certs/key-pair.ts";
import { serviceNames } from "../certs/service-names.ts";
import type { AdmittedKind } from "../webhooks/admitted-kind.ts";
import {
  clientConfig,
  type WebhookEndpoint,
  webhookConfigurations,
} from "../webhooks/configuration.ts";
import { startWebhooks, type WebhookService } from "../webhooks/webhooks.ts";
import { certificateFiles } from "./certificate-files.ts";
import type { Family } from "./domain/family.ts";
import type { KubeObject } from "./domain/kube-object.ts";
import type { CrdFile } from "./kinds.ts";
import { caSecret } from "./kube/ca-secret.ts";
import { CRD, trustTarget } from "./kube/cluster-setup.ts";
import type { Transport } from "./kube/transport.ts";
import type { Metrics } from "./observe/metrics.ts";
import { tracedRequest } from "./observe/tracing.ts";
import type { Options } from "./options.ts";
import { certificateTelemetry, webhookTelemetry } from "./telemetry.ts";

/** What the webhooks need. */
export interface WebhookSideOptions {
  readonly options: Options;
  /** Of the operator itself. */
  readonly namespace: string;
  readonly transport: Transport;
  readonly kinds: readonly AdmittedKind[];
  readonly crds: readonly CrdFile[];
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Hears of each certificate that is served. */
  readonly certificateChanged: (pair: { readonly cert: string; readonly key: string }) => void;
  /** Spans are sent somewhere. */
  readonly isTraced: boolean;
  readonly isLeader: () => boolean;
  readonly neighbours: (namespace: string) => readonly KubeObject[];
  /** Objects of our kinds everywhere, from a cache. */
  readonly family: Family;
}

/** The webhooks, listening. */
export interface WebhookSide {
  readonly keeper: CertificateKeeper;
  readonly port: number;
  readonly endpoint: WebhookEndpoint;
  /** Objects that `--install` applies: CRDs and webhook configurations that point here. */
  setup(operatorUser: string | undefined): readonly object[];
  /** Lets the API server move to another replica, then stops (WH-12). */
  close(): Promise<void>;
}

const CA_SECRET = "prism-webhook-ca";
/** Name of both webhook configurations. */
export const CONFIGURATION = "prism-operator";
const WEBHOOK_TIMEOUT_SECONDS = 10;
const SERVICE_PORT = 443;
const MIB = 1024 * 1024;
/** WH-12: without a request for so long nobody sends any more; after the longest time it ends anyway. */
const DRAIN = { idleMs: 15_000, longestMs: 45_000, everyMs: 250 };

/** Makes the first certificate and listens; nobody trusts it yet. */
export async function startWebhookSide(
  needs: WebhookSideOptions,
  signal: AbortSignal,
): Promise<WebhookSide> {
  const { options, namespace, crds } = needs;
  let server: WebhookService | undefined;
  const keeper = keeperFor(needs, (leaf) => {
    server?.useCertificate(leaf);
    needs.certificateChanged(leaf);
  });
  const pair = await keeper.prepare(signal);
  needs.certificateChanged(pair);
  server = await startWebhooks({
    kinds: needs.kinds,
    observer: webhookTelemetry(needs.metrics, needs.log),
    neighbours: needs.neighbours,
    family: needs.family,
    refuseEarly: options.earlyRefusal,
    around: needs.isTraced ? tracedRequest : undefined,
    limits: { conversionBytes: options.conversionBodyMib * MIB },
    host: options.bindAddress,
    port: options.webhookPort,
    pair,
  });
  const { port } = server;
  const endpoint = endpointOf(options, namespace, port);
  const running = server;
  return {
    keeper,
    port,
    endpoint,
    setup: (operatorUser) => setupObjects(crds, needs.kinds, endpoint, operatorUser),
    close: async () => {
      await drain(running, options.install && endpoint.mode === "url");
      await running.close(AbortSignal.timeout(DRAIN.everyMs * 4));
    },
  };
}

/** Of our own making, or of files that somebody else renews. */
function keeperFor(needs: WebhookSideOptions, serve: (pair: KeyPair) => void): CertificateKeeper {
  const { options, namespace, transport, crds, isLeader, metrics, log } = needs;
  const targets = [
    trustTarget(transport, "MutatingWebhookConfiguration", CONFIGURATION),
    trustTarget(transport, "ValidatingWebhookConfiguration", CONFIGURATION),
    ...crds.map(({ name }) => trustTarget(transport, CRD.kind, name)),
  ];
  const observer = certificateTelemetry(metrics, log);
  const common = { targets, now: Date.now, sleep: sleepOrThrow, serve, observer };
  const { certificateMode } = options;
  if (certificateMode !== "self") {
    const source = certificateFiles(options.certificateFolder);
    return createFileKeeper({ ...common, source, isInjected: certificateMode === "certManager" });
  }
  const names =
    options.webhookMode === "url"
      ? [options.webhookHost]
      : serviceNames(options.webhookService, namespace, options.clusterDomain);
  const store = caSecret(transport, namespace, CA_SECRET);
  return createCertificateKeeper({ ...common, store, names, isLeader });
}

function sleepOrThrow(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", aborted);
      resolve();
    }, ms);
    if (signal.aborted) aborted();
    else signal.addEventListener("abort", aborted, { once: true });
  });
}

function endpointOf(options: Options, namespace: string, port: number): WebhookEndpoint {
  if (options.webhookMode === "service") {
    return { mode: "service", namespace, name: options.webhookService, port: SERVICE_PORT };
  }
  const host = options.webhookHost.includes(":") ? `[${options.webhookHost}]` : options.webhookHost;
  return { mode: "url", url: `https://${host}:${port}` };
}

function setupObjects(
  crds: readonly CrdFile[],
  kinds: readonly AdmittedKind[],
  endpoint: WebhookEndpoint,
  operatorUser: string | undefined,
): readonly object[] {
  const resources = kinds.map(({ kind }) => ({ plural: kind.plural, hubVersion: kind.hub }));
  const timeoutSeconds = WEBHOOK_TIMEOUT_SECONDS;
  const own = operatorUser === undefined ? {} : { operatorUser };
  const configurations = webhookConfigurations({ endpoint, resources, timeoutSeconds, ...own });
  return [...crds.map((crd) => withEndpoint(crd, endpoint)), ...configurations];
}

/** The CRD with its conversion pointed here; without a caBundle, which is injected. */
function withEndpoint({ object }: CrdFile, endpoint: WebhookEndpoint): object {
  const spec = fieldsOf(object["spec"]);
  const conversion = fieldsOf(spec["conversion"]);
  if (conversion["strategy"] !== "Webhook") return object;
  const webhook = {
    ...fieldsOf(conversion["webhook"]),
    clientConfig: clientConfig(endpoint, "/convert"),
  };
  return { ...object, spec: { ...spec, conversion: { ...conversion, webhook } } };
}

async function drain(server: WebhookService, isAlone: boolean): Promise<void> {
  server.drain();
  // A URL of its own has no other replica behind it: nothing is gained by waiting.
  if (isAlone) return;
  const since = performance.now();
  while (performance.now() - since < DRAIN.longestMs && server.idleMs() < DRAIN.idleMs) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN.everyMs));
  }
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** TLS-9: the person who reads the log should see who was to trust us. */
export function notTrusted(webhooks: WebhookSide | undefined): string {
  const missing = webhooks?.keeper.missing().join(", ") ?? "";
  return missing === "" ? "the CRDs are not served" : `the webhooks are not trusted by ${missing}`;
}
