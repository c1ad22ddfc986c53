/** How a PrismCluster on a member shows whose it is, and what we last asked of it. */
import type { KubeObject } from "../../domain/kube-object.ts";
import type { Applied } from "../../domain/prism-federation/status/observation.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { Digest } from "../ownership.ts";

/** Name of the federation, to select by. */
export const FEDERATION_LABEL = "prism.io/federation";
/** `namespace/name` of the federation; a person sets it to hand a PrismCluster over. */
const FEDERATED_BY = "prism.io/federated-by";
const FEDERATION_UID = "prism.io/federation-uid";
const MEMBER = "prism.io/federation-member";
/** Digest of what was applied last. */
const TEMPLATE = "prism.io/federation-template";

/** Everything that `unmark` takes away. */
export const MARKS = {
  labels: [FEDERATION_LABEL],
  annotations: [FEDERATED_BY, FEDERATION_UID, MEMBER, TEMPLATE],
} as const;

/** A PrismCluster as it is sent to a member, and the digest of everything that it says. */
export interface MarkedCluster {
  readonly object: KubeObject;
  readonly template: string;
}

/** Completes what a member gets. */
export function marked(
  cluster: KubeObject,
  federation: KubeObject,
  member: string,
  digest: Digest,
): MarkedCluster {
  const { metadata } = cluster;
  const labels = { ...metadata.labels, [FEDERATION_LABEL]: federation.metadata.name };
  const annotations = {
    ...metadata.annotations,
    [FEDERATED_BY]: nameOf(federation),
    [FEDERATION_UID]: federation.metadata.uid ?? "",
    [MEMBER]: member,
  };
  const unstamped = { ...cluster, metadata: { ...metadata, labels, annotations } };
  const template = digest(canonicalJson(unstamped));
  const stamped = { ...annotations, [TEMPLATE]: template };
  return {
    template,
    object: { ...cluster, metadata: { ...metadata, labels, annotations: stamped } },
  };
}

/** Why an object on a member is not ours; undefined when it is, or was handed over. */
export function conflictOf(
  live: KubeObject,
  federation: KubeObject,
  applied: Applied | undefined,
): string | undefined {
  const annotations = live.metadata.annotations ?? {};
  const by = annotations[FEDERATED_BY];
  const own = nameOf(federation);
  const what = `PrismCluster ${live.metadata.name}`;
  if (by === undefined) {
    return `${what} exists and was not made by this federation; annotate it ${FEDERATED_BY}=${own} to hand it over`;
  }
  if (by !== own) return `${what} belongs to another federation`;
  const uid = annotations[FEDERATION_UID];
  const isOther = uid !== undefined && uid !== federation.metadata.uid;
  // A federation that was made again takes its members over; one that had them already has a rival elsewhere.
  return isOther && applied !== undefined
    ? `${what} was taken by another federation of the same name`
    : undefined;
}

/** True when the object says what was applied last and nobody has changed its spec since. */
export function isAsApplied(
  live: KubeObject,
  { object, template }: MarkedCluster,
  applied: Applied | undefined,
): boolean {
  const { labels = {}, annotations = {}, generation } = live.metadata;
  const wanted = object.metadata;
  return (
    annotations[TEMPLATE] === template &&
    applied?.template === template &&
    applied.generation === generation &&
    Object.entries(wanted.labels ?? {}).every(([key, value]) => labels[key] === value) &&
    Object.entries(wanted.annotations ?? {}).every(([key, value]) => annotations[key] === value)
  );
}

function nameOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
