/** One controller a kind: a reconciler of children, or for a kind that works otherwise what is written for it here. */
import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import type { AdmittedKind } from "../webhooks/admitted-kind.ts";
import type { Controller } from "./controller/controller.ts";
import type { PassOptions } from "./controller/pass.ts";
import type { EventSink, Writer } from "./controller/ports.ts";
import type { ReconciledKind } from "./controller/reconciled-kind.ts";
import { Reconciler } from "./controller/reconciler.ts";
import { OWN_RESOURCES, ownResource } from "./controller/resource.ts";
import { unreadyOf } from "./controller/rolled-workloads.ts";
import { RolloutSlots } from "./controller/rollout-slots.ts";
import type { KubeObject } from "./domain/kube-object.ts";
import type { Status } from "./domain/rendered-kind.ts";
import { renderedOf } from "./domain/rendering.ts";
import type { Urgency } from "./engine/work-queue.ts";
import { federationController } from "./federation-kind.ts";
import type { ClusterCache } from "./kube/cluster-cache.ts";
import type { Leadership } from "./kube/leader.ts";
import { systemClock } from "./kube/system-clock.ts";
import { leaseAnnotations } from "./lease-annotations.ts";
import type { Metrics } from "./observe/metrics.ts";
import type { Options } from "./options.ts";
import { digest, secretSource } from "./secret-source.ts";
import { passTelemetry } from "./telemetry.ts";

/** What controllers are made of. */
export interface ControllerNeeds {
  readonly options: Options;
  readonly cache: ClusterCache;
  readonly writer: Writer;
  readonly events: EventSink;
  readonly leadership: Leadership;
  /** Of the operator. */
  readonly version: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Asks a controller for a pass over a key. */
  readonly wake: (controller: string, key: string, urgency: Urgency) => void;
}

type ControllerFactory = (kind: AdmittedKind, needs: ControllerNeeds) => Controller;

/** Kinds that do not consist of children in this cluster, by name. */
const OWN_WAYS: Readonly<Record<string, ControllerFactory>> = {
  PrismFederation: federationController,
};

const MINUTE_MS = 60_000;

/** The controller of every kind, in the order of the registry. */
export function createControllers(
  kinds: readonly AdmittedKind[],
  needs: ControllerNeeds,
): readonly Controller[] {
  return kinds.map((admitted) => {
    const reconciled = reconciledKind(admitted);
    if (reconciled !== undefined) return new Reconciler(passOptions(reconciled, needs));
    const make = OWN_WAYS[admitted.kind.kind];
    if (make === undefined) throw new TypeError(`${admitted.kind.kind} has no controller`);
    return make(admitted, needs);
  });
}

/** A kind for the reconciler of children; undefined for one that has none. */
export function reconciledKind({
  kind,
  validator,
}: AdmittedKind): ReconciledKind<KubeObject, Status> | undefined {
  const rendered = renderedOf(kind);
  if (rendered === undefined) return undefined;
  const resource = ownResource(kind);
  return {
    ...rendered,
    name: kind.kind.toLowerCase(),
    resource,
    validator,
    rivals: OWN_RESOURCES.slice(0, OWN_RESOURCES.indexOf(resource) + 1),
  };
}

function passOptions(
  kind: ReconciledKind<KubeObject, Status>,
  needs: ControllerNeeds,
): PassOptions<KubeObject, Status> {
  const { options, cache, writer, events, metrics, log, wake, version } = needs;
  const release = digest(JSON.stringify(leaseAnnotations(version, options)));
  return {
    kind,
    cache,
    writer,
    events,
    observer: passTelemetry(metrics, kind.name, options.clusterMetricsLimit),
    log,
    settings: {
      images: {
        registry: options.imagesRegistry,
        tag: options.prismVersion,
        ...(options.imageMirror === undefined ? {} : { mirror: options.imageMirror }),
        digests: options.imageDigests,
      },
      clusterDomain: options.clusterDomain,
      digest,
    },
    secrets: secretSource,
    slots: new RolloutSlots({
      most: options.maxConcurrentRollouts,
      release,
      wake: (key) => wake(kind.name, key, "resync"),
      standing: () => unreadyOf(cache, kind.resource.kind, release),
    }),
    random: Math.random,
    now: systemClock.now,
    wallClock: () => new Date(),
    readsNamespaces: options.watchNamespace.length === 0,
    resyncMs: options.resyncMinutes * MINUTE_MS,
    passId: () => randomBytes(4).toString("hex"),
  };
}
