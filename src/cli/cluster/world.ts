/**
 * What a cluster looked like at one moment, as plain values. Every read command answers from a world, so that it says
 * the same of a live cluster and of a report that was taken of one.
 */
import type { RefusalCause } from "../../controller/api-result.ts";
import type { KubeObject } from "../../domain/kube-object.ts";

/** A part of the world that could not be read, and why; commands say what they therefore do not know. */
export interface Gap {
  readonly collector: string;
  readonly message: string;
}

/** The API server's answer to a dry-run write of a prism.io object: the way through our webhooks. */
export interface DryRun {
  /** `prism.io/v1alpha2 PrismCluster`. */
  readonly subject: string;
  /** HTTP status; 0 without an answer. */
  readonly code: number;
  readonly message: string;
  /** Of a refusal, with the values that it quotes. */
  readonly causes?: readonly RefusalCause[];
}

/** Whether the user of the command may do something (authorization.k8s.io SelfSubjectAccessReview). */
export interface Right {
  readonly verb: string;
  /** `prismclusters.prism.io`, with `/status` for a subresource. */
  readonly resource: string;
  readonly namespace: string;
  readonly isAllowed: boolean;
}

/** What answers at a webhook's URL; only for webhooks that are reached by URL. */
export interface Serving {
  readonly url: string;
  /** `untrusted`: the chain does not lead to the caBundle. `closed`: nobody listens. */
  readonly answer: "trusted" | "untrusted" | "closed";
  readonly message: string;
  /** RFC 3339; of the certificate that was shown. */
  readonly expiresAt?: string;
}

/** Lines of one container, the last ones. */
export interface LogTail {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly text: string;
}

/** A cluster at one moment. */
export interface World {
  /** RFC 3339. */
  readonly takenAt: string;
  /** For people: URL and context, or the name of the report. */
  readonly source: string;
  /** Version of the prismctl that took it. */
  readonly clientVersion: string;
  /** Git version of Kubernetes, such as `v1.37.2`. */
  readonly serverVersion?: string;
  /** Namespaces that were looked at as a whole; empty when there is no prism.io object and none was named. */
  readonly namespaces: readonly string[];
  readonly objects: readonly KubeObject[];
  readonly dryRuns: readonly DryRun[];
  readonly rights: readonly Right[];
  readonly servings: readonly Serving[];
  readonly logs: readonly LogTail[];
  readonly gaps: readonly Gap[];
}

/** Objects of one kind, in one namespace when it is given; sorted by name. */
export function objectsOf(world: World, kind: string, namespace?: string): readonly KubeObject[] {
  return world.objects
    .filter((one) => one.kind === kind)
    .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** One object by its name; cluster-scoped without a namespace. */
export function objectNamed(
  world: World,
  kind: string,
  name: string,
  namespace?: string,
): KubeObject | undefined {
  return world.objects.find(
    (one) =>
      one.kind === kind &&
      one.metadata.name === name &&
      (one.metadata.namespace ?? undefined) === namespace,
  );
}

/** The group of an object's apiVersion; empty for the core group. */
function groupOf({ apiVersion }: KubeObject): string {
  const slash = apiVersion.indexOf("/");
  return slash === -1 ? "" : apiVersion.slice(0, slash);
}

/** Every object of the group prism.io. */
export function prismObjects(world: World): readonly KubeObject[] {
  return world.objects.filter((one) => groupOf(one) === "prism.io");
}

/** The gap of a collector, if there is one. */
export function gapOf(world: World, collector: string): Gap | undefined {
  return world.gaps.find((gap) => gap.collector === collector);
}
