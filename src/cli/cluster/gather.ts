/**
 * Takes the world: lists side by side, each with its own deadline. What cannot be read becomes a gap; nothing waits for
 * what hangs, and nothing is given up because of it.
 */
import type { ApiFailure } from "../../controller/api-result.ts";
import { CHILD_RESOURCES, DEPLOYMENT } from "../../controller/resource.ts";
import { listAt, textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { type ClusterReader, describeFailure } from "./reader.ts";
import {
  CLUSTER_WIDE,
  LEASE_RESOURCE,
  NAMESPACED,
  OPERATOR_SIDE,
  PRISM_RESOURCES,
  type Watched,
} from "./resources.ts";
import type { Gap, World } from "./world.ts";

/** What is looked at. */
export interface Scope {
  /** One namespace, or all of them when undefined. */
  readonly namespace: string | undefined;
  /** Where the operator is, when nothing in the cluster says so. */
  readonly operatorNamespace?: string | undefined;
}

/** What a world says of itself. */
export interface Taking {
  readonly takenAt: string;
  readonly source: string;
  readonly clientVersion: string;
}

/** Label of the operator's own objects (Helm chart and plain manifests). */
const OPERATOR_LABEL = "app.kubernetes.io/name=prism-operator";
/** Name of the operator's Lease (`--leader-election-id`). */
const LEASE_NAME = "prism-operator";

/** Collects objects and gaps; an object that two lists hold is there once. */
class Collection {
  readonly #objects = new Map<string, KubeObject>();
  readonly gaps: Gap[] = [];

  get objects(): readonly KubeObject[] {
    return [...this.#objects.values()];
  }

  add(objects: readonly KubeObject[]): void {
    for (const object of objects) {
      const { namespace = "", name } = object.metadata;
      this.#objects.set(`${object.apiVersion}/${object.kind}/${namespace}/${name}`, object);
    }
  }

  miss(collector: string, failure: ApiFailure): void {
    this.gaps.push({ collector, message: describeFailure(failure) });
  }
}

/** The objects of a cluster, without questions that make it answer anew: those are `probe`'s. */
export async function gather(
  reader: ClusterReader,
  scope: Scope,
  taking: Taking,
  signal: AbortSignal,
): Promise<World> {
  const found = new Collection();
  const [serverVersion] = await Promise.all([
    versionOf(reader, found, signal),
    ...CLUSTER_WIDE.map((one) => collect(reader, one, undefined, found, signal)),
    ...PRISM_RESOURCES.map((resource) => {
      const one = { name: `${resource.kind}s`, resource };
      return collect(reader, one, scope.namespace, found, signal);
    }),
    collectOperator(reader, found, signal),
  ]);
  const namespaces = namespacesOf(found.objects, scope);
  const operator = operatorNamespaces(found.objects, scope).filter(
    (one) => !namespaces.includes(one),
  );
  await Promise.all([
    ...namespaces.flatMap((namespace) =>
      [...NAMESPACED, ...(isOperators(found.objects, scope, namespace) ? OPERATOR_SIDE : [])].map(
        (one) => collect(reader, one, namespace, found, signal),
      ),
    ),
    ...operator.flatMap((namespace) =>
      OPERATOR_SIDE.map((one) => collect(reader, one, namespace, found, signal)),
    ),
  ]);
  return {
    ...taking,
    ...(serverVersion === undefined ? {} : { serverVersion }),
    namespaces,
    objects: found.objects,
    dryRuns: [],
    rights: [],
    servings: [],
    logs: [],
    gaps: found.gaps,
  };
}

async function versionOf(
  reader: ClusterReader,
  found: Collection,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await reader.call({ method: "GET", path: "/version" }, signal);
  if (answer.ok) return textAt(answer.value, "gitVersion");
  found.miss("version", answer.failure);
  return undefined;
}

async function collect(
  reader: ClusterReader,
  { name, resource, isMetadataOnly, selector }: Watched,
  namespace: string | undefined,
  found: Collection,
  signal: AbortSignal,
): Promise<void> {
  const labels = selector === undefined ? {} : { labelSelector: selector };
  const listed = await reader.list(resource, { namespace, isMetadataOnly, ...labels }, signal);
  if (listed.ok) {
    found.add(listed.value.filter(isOfInterest));
    return;
  }
  // A kind whose CRD is not installed has no objects.
  if (listed.failure.kind === "not-found") return;
  found.miss(namespace === undefined ? name : `${name} in ${namespace}`, listed.failure);
}

/** Where the operator runs is not known beforehand: its Deployment and its Lease say so. */
async function collectOperator(
  reader: ClusterReader,
  found: Collection,
  signal: AbortSignal,
): Promise<void> {
  const lease = { fieldSelector: `metadata.name=${LEASE_NAME}` };
  const [deployments, leases] = await Promise.all([
    reader.list(DEPLOYMENT, { labelSelector: OPERATOR_LABEL }, signal),
    reader.list(LEASE_RESOURCE, lease, signal),
  ]);
  if (deployments.ok) found.add(deployments.value);
  else found.miss("operator Deployment", deployments.failure);
  if (leases.ok) found.add(leases.value);
  else found.miss("operator Lease", leases.failure);
}

/** Some clusters have thousands of CRDs: only our own are looked into, and those whose kinds we use. */
function isOfInterest({ kind, metadata: { name } }: KubeObject): boolean {
  if (kind !== "CustomResourceDefinition") return true;
  return name.endsWith(".prism.io") || OPTIONAL_CRDS.has(name);
}

const OPTIONAL_CRDS: ReadonlySet<string> = new Set(
  CHILD_RESOURCES.filter((one) => one.optional === true).map(
    ({ plural, group }) => `${plural}.${group}`,
  ),
);

function namespacesOf(objects: readonly KubeObject[], { namespace }: Scope): readonly string[] {
  if (namespace !== undefined) return [namespace];
  const kinds = new Set(PRISM_RESOURCES.map(({ kind }) => kind));
  const found = objects
    .filter(({ kind, apiVersion }) => kinds.has(kind) && apiVersion.startsWith("prism.io/"))
    .map(({ metadata }) => metadata.namespace ?? "");
  return [...new Set(found)].toSorted();
}

/** Named by the user, by its Deployments, its Leases, or by the Service that webhooks call. */
export function operatorNamespaces(
  objects: readonly KubeObject[],
  { operatorNamespace }: Pick<Scope, "operatorNamespace">,
): readonly string[] {
  if (operatorNamespace !== undefined) return [operatorNamespace];
  const deployments = objects.filter(isOperatorDeployment);
  // Leases outlive what held them: without a Deployment the one that was renewed last counts.
  const leases = objects
    .filter(isOperatorLease)
    .toSorted((a, b) => (renewedAt(a) < renewedAt(b) ? 1 : -1));
  const own = deployments.length > 0 ? deployments : leases.slice(0, 1);
  const called = objects.flatMap(serviceNamespaces);
  const found = [...own.map(({ metadata }) => metadata.namespace ?? ""), ...called];
  return [...new Set(found)].toSorted();
}

function renewedAt(lease: KubeObject): string {
  return textAt(lease, "spec", "renewTime") ?? "";
}

function isOperators(objects: readonly KubeObject[], scope: Scope, namespace: string): boolean {
  return operatorNamespaces(objects, scope).includes(namespace);
}

/** True for the operator's Deployment. */
export function isOperatorDeployment({ kind, metadata }: KubeObject): boolean {
  return (
    kind === DEPLOYMENT.kind && metadata.labels?.["app.kubernetes.io/name"] === "prism-operator"
  );
}

/** True for the Lease by which replicas elect their leader. */
export function isOperatorLease({ kind, metadata }: KubeObject): boolean {
  return kind === LEASE_RESOURCE.kind && metadata.name === LEASE_NAME;
}

/** Namespaces of the Services that our webhooks are called at. */
function serviceNamespaces(object: KubeObject): readonly string[] {
  return clientConfigs(object).flatMap(({ config }) => {
    const namespace = textAt(config, "service", "namespace");
    return namespace === undefined ? [] : [namespace];
  });
}

/** A webhook of ours and how the API server calls it. */
export interface ClientConfig {
  /** `ValidatingWebhookConfiguration prism-operator: validate.prism.io`. */
  readonly subject: string;
  readonly object: KubeObject;
  readonly config: unknown;
}

/** How our webhooks and conversions are called; empty for other objects. */
export function clientConfigs(object: KubeObject): readonly ClientConfig[] {
  const { kind, metadata } = object;
  if (kind === "CustomResourceDefinition" && metadata.name.endsWith(".prism.io")) {
    const config = conversionConfig(object);
    return config === undefined ? [] : [{ subject: `${kind} ${metadata.name}`, object, config }];
  }
  if (!kind.endsWith("WebhookConfiguration")) return [];
  return listAt(object, "webhooks")
    .filter((hook) => textAt(hook, "name")?.endsWith(".prism.io"))
    .map((hook) => {
      const subject = `${kind} ${metadata.name}: ${textAt(hook, "name")}`;
      const { clientConfig } = { clientConfig: undefined, ...(hook as object) };
      return { subject, object, config: clientConfig };
    });
}

function conversionConfig(crd: KubeObject): unknown {
  const { conversion } = { conversion: undefined, ...(crd["spec"] as object) };
  const { webhook } = { webhook: undefined, ...(conversion ?? {}) };
  const { clientConfig } = { clientConfig: undefined, ...(webhook ?? {}) };
  return clientConfig;
}
