/** The controller of PrismFederations, which speaks with other clusters. */
import type { AdmittedKind } from "../webhooks/admitted-kind.ts";
import type { PrismFederation } from "./api/prism-federation-v1alpha3.ts";
import type { Controller } from "./controller/controller.ts";
import { FederationController } from "./controller/federation/federation-controller.ts";
import { ownResource } from "./controller/resource.ts";
import type { ControllerNeeds } from "./controllers.ts";
import type { KubeObject } from "./domain/kube-object.ts";
import type { Validator } from "./domain/validator.ts";
import { federationTelemetry } from "./federation-telemetry.ts";
import { memberConnector } from "./kube/member-connector.ts";
import { systemClock } from "./kube/system-clock.ts";
import { digest } from "./secret-source.ts";
import { passTelemetry } from "./telemetry.ts";

const NAME = "prismfederation";
const MINUTE_MS = 60_000;

/** Makes it; nothing runs yet. */
export function federationController(
  { kind, validator }: AdmittedKind,
  needs: ControllerNeeds,
): Controller {
  const { options, cache, writer, events, leadership, version, metrics, log, wake } = needs;
  return new FederationController({
    resource: ownResource(kind),
    // The schema that made the type is the one that this validator asks.
    validator: validator as Validator<PrismFederation & KubeObject>,
    cache,
    writer,
    connector: memberConnector({ userAgent: `prism-operator/${version} (federation)`, leadership }),
    events,
    passes: passTelemetry(metrics, NAME, options.clusterMetricsLimit),
    observer: federationTelemetry(metrics),
    log,
    digest,
    decode: textOfBase64,
    clock: systemClock,
    random: Math.random,
    wallClock: () => new Date(),
    resyncMs: options.resyncMinutes * MINUTE_MS,
    wake: (key) => wake(NAME, key, "live"),
  });
}

/** Secrets hold any bytes; a kubeconfig is UTF-8. */
function textOfBase64(base64: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(base64, "base64"));
  } catch {
    return undefined;
  }
}
