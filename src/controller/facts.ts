import type { Family } from "../domain/family.ts";
import type { KubeObject, ObjectKey } from "../domain/kube-object.ts";
import type { ImageDigests, ReferencedObject, RenderFacts } from "../domain/render-facts.ts";
import type { ApiFailure, ApiResult } from "./api-result.ts";
import { claimSizeOf } from "./claims.ts";
import { marksOf } from "./data-marks.ts";
import type { Digest } from "./ownership.ts";
import type { Cache } from "./ports.ts";
import { recordOf } from "./replication-record.ts";
import {
  CHILD_RESOURCES,
  DEPLOYMENT,
  NAMESPACE,
  ownResource,
  type Resource,
  SECRET,
  STATEFUL_SET,
} from "./resource.ts";

/** What the operator's options say about every PrismCluster. */
export interface Settings {
  readonly images: {
    readonly registry: string;
    readonly tag: string;
    /** In place of Docker Hub, for images that name no registry. */
    readonly mirror?: string;
    readonly digests?: ImageDigests;
  };
  readonly clusterDomain: string;
  readonly digest: Digest;
}

/**
 * Reads what rendering may ask for: first our own objects from the cache, then those of users. An object that
 * cannot be read is a failure of the pass: to take it for missing would restart what uses it.
 */
export async function gatherFacts(
  cache: Cache,
  settings: Settings,
  namespace: string,
  referenced: readonly ReferencedObject[],
): Promise<ApiResult<RenderFacts>> {
  const objects = new Map<string, KubeObject>();
  for (const { kind, name, namespace: other } of referenced) {
    const key = { namespace: other ?? namespace, name };
    const found = await lookUp(cache, kind, key, other !== undefined);
    if (!found.ok) return failed(kind, name, found.failure);
    if (found.value !== undefined) objects.set(idOf({ ...key, kind }), found.value);
  }
  return { ok: true, value: facts(cache, settings, namespace, objects) };
}

function facts(
  cache: Cache,
  { images, clusterDomain, digest }: Settings,
  namespace: string,
  objects: ReadonlyMap<string, KubeObject>,
): RenderFacts {
  return {
    images,
    clusterDomain,
    digest,
    value: ({ kind, name, key, namespace: other = namespace }) =>
      valueIn(objects.get(idOf({ kind, name, namespace: other })), key),
    serves: {
      serviceMonitor: cache.serves(optional("ServiceMonitor")),
      scaledObject: cache.serves(optional("ScaledObject")),
      certificate: cache.serves(optional("Certificate")),
    },
    liveReplicas: (workload) =>
      replicasOf(
        cache.read(DEPLOYMENT, { namespace, name: workload }) ??
          cache.read(STATEFUL_SET, { namespace, name: workload }),
      ),
    claimSize: (workload) => claimSizeOf(cache, { namespace, name: workload }),
    dataMarks: (workload) => marksOf(cache, { namespace, name: workload }),
    replication: (workload) => recordOf(cache, { namespace, name: workload }),
    family: familyIn(cache),
  };
}

/** Our kinds as the caches have them. */
export function familyIn(cache: Cache): Family {
  return {
    in: (kind, namespace) => cache.list(ownResource({ kind }), namespace),
    all: (kind) => cache.all(ownResource({ kind })),
    namespaceLabels: (name) => {
      const found = cache.read(NAMESPACE, { namespace: "", name });
      return found && (found.metadata.labels ?? {});
    },
  };
}

function idOf({ kind, namespace, name }: ObjectKey & { readonly kind: string }): string {
  return `${kind}/${namespace}/${name}`;
}

/** What is made by us alone is in the cache or nowhere. */
function lookUp(
  cache: Cache,
  kind: "Secret" | "ConfigMap",
  key: ObjectKey,
  isOurs: boolean,
): Promise<ApiResult<KubeObject | undefined>> {
  const own = kind === "Secret" ? cache.read(SECRET, key) : undefined;
  return own === undefined && !isOurs
    ? cache.referenced(kind, key)
    : Promise.resolve({ ok: true, value: own });
}

function failed(kind: string, name: string, failure: ApiFailure): ApiResult<never> {
  return { ok: false, failure: { ...failure, message: `${kind} ${name}: ${failure.message}` } };
}

/** The value of a key: text of a ConfigMap, decoded text of a Secret. Keys are the user's: own properties only. */
function valueIn(object: KubeObject | undefined, key: string): string | undefined {
  const data = object?.["data"];
  if (typeof data !== "object" || data === null || !Object.hasOwn(data, key)) return undefined;
  const value: unknown = Reflect.get(data, key);
  if (typeof value !== "string") return undefined;
  return object?.kind === "Secret" ? decodeBase64(value) : value;
}

function decodeBase64(text: string): string {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function replicasOf(workload: KubeObject | undefined): number | undefined {
  const spec = workload?.["spec"];
  if (typeof spec !== "object" || spec === null || !("replicas" in spec)) return undefined;
  return typeof spec.replicas === "number" ? spec.replicas : undefined;
}

function optional(kind: string): Resource {
  const resource = CHILD_RESOURCES.find((candidate) => candidate.kind === kind);
  if (resource === undefined) throw new TypeError(`no resource for ${kind}`);
  return resource;
}
