/** Publishes the routing in the federation's own namespace: applies what differs, prunes what is not asked for. */
import type { PrismFederation } from "../../api/prism-federation-v1alpha3.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { desiredChildren } from "../../domain/prism-federation/children.ts";
import { hostnameOf } from "../../domain/prism-federation/member-plan.ts";
import {
  type MemberTraffic,
  servingMembers,
  strategyOf,
} from "../../domain/prism-federation/routing-plan.ts";
import type {
  RoutingOutcome,
  RoutingReason,
} from "../../domain/prism-federation/status/observation.ts";
import type { Valid } from "../../domain/validator.ts";
import type { ApiFailure, ApiResult } from "../api-result.ts";
import { canonicalJson } from "../canonical-json.ts";
import { differencesOf } from "../intent-difference.ts";
import {
  controllerOf,
  type Digest,
  INTENT_ANNOTATION,
  isOwnedBy,
  referenceTo,
} from "../ownership.ts";
import type { Cache, Writer } from "../ports.ts";
import { DNS_ENDPOINT, GRPC_ROUTE, type Resource } from "../resource.ts";
import { FEDERATION_LABEL } from "./marks.ts";

/** What publishing needs. */
export interface RoutingContext {
  readonly cache: Cache;
  readonly writer: Writer;
  readonly digest: Digest;
  readonly wrote: (action: "created" | "updated" | "deleted", object: KubeObject) => void;
}

type Part = Pick<RoutingOutcome, "isPublished" | "reason" | "message" | "isFinal">;

/** Brings the routing objects to what the rotation says. A failure is one of our own API server. */
export async function publishRouting(
  federation: Valid<PrismFederation>,
  object: KubeObject,
  members: readonly MemberTraffic[],
  context: RoutingContext,
  signal: AbortSignal,
): Promise<ApiResult<RoutingOutcome>> {
  const { dns, gateway } = federation.spec.routing ?? {};
  const children = desiredChildren(federation, members);
  const asked: readonly (readonly [Resource, boolean])[] = [
    [DNS_ENDPOINT, dns !== undefined],
    [GRPC_ROUTE, gateway !== undefined],
  ];
  const parts: Part[] = [];
  for (const [resource, isAsked] of asked) {
    const wanted = children.find(({ kind }) => kind === resource.kind);
    const step: PublishStep = { resource, isAsked, wanted, object, members, federation };
    const part = await publishOne(step, context, signal);
    if (!part.ok) return part;
    if (part.value !== undefined) parts.push(part.value);
  }
  return { ok: true, value: outcomeOf(parts, hostnameOf(federation)) };
}

/** Takes everything back that was published. */
export async function unpublishRouting(
  object: KubeObject,
  context: RoutingContext,
  signal: AbortSignal,
): Promise<ApiFailure | undefined> {
  for (const resource of [DNS_ENDPOINT, GRPC_ROUTE]) {
    const failure = await prune(resource, object, context, signal);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function outcomeOf(parts: readonly Part[], hostname: string | undefined): RoutingOutcome {
  const isAsked = parts.length > 0;
  const missing = parts.find(({ isPublished }) => !isPublished);
  const part = missing ?? parts[0] ?? unpublished("NotRequested", "spec.routing asks for nothing");
  return { ...part, isAsked, hostname: isAsked ? hostname : undefined };
}

interface PublishStep {
  readonly resource: Resource;
  readonly isAsked: boolean;
  readonly wanted: KubeObject | undefined;
  readonly object: KubeObject;
  readonly members: readonly MemberTraffic[];
  readonly federation: Valid<PrismFederation>;
}

async function publishOne(
  step: PublishStep,
  context: RoutingContext,
  signal: AbortSignal,
): Promise<ApiResult<Part | undefined>> {
  const { resource, isAsked, wanted, object } = step;
  if (!isAsked) {
    const failure = await prune(resource, object, context, signal);
    return failure === undefined ? { ok: true, value: undefined } : { ok: false, failure };
  }
  if (!context.cache.serves(resource)) return { ok: true, value: notServed(resource) };
  if (wanted === undefined) return { ok: true, value: nothingToPublish(step) };
  const intent = intentOf(wanted, object, context.digest);
  const live = context.cache.read(resource, keyOf(object));
  const rival = live && rivalOf(live, object);
  if (rival !== undefined) return { ok: true, value: conflict(resource, rival) };
  if (live !== undefined && isSame(live, intent)) return { ok: true, value: published(step) };
  const failure = await apply(intent, live, context, signal);
  return failure === undefined
    ? { ok: true, value: published(step) }
    : explained(resource, live, failure);
}

async function apply(
  intent: KubeObject,
  live: KubeObject | undefined,
  { writer, wrote }: RoutingContext,
  signal: AbortSignal,
): Promise<ApiFailure | undefined> {
  const answer = await writer.apply(intent, { createOnly: live === undefined }, signal);
  if (!answer.ok) return answer.failure;
  wrote(live === undefined ? "created" : "updated", intent);
  return undefined;
}

/** What only a person can end is told in the status; the rest is tried again. */
function explained(
  resource: Resource,
  live: KubeObject | undefined,
  failure: ApiFailure,
): ApiResult<Part> {
  if (failure.kind === "conflict" && live === undefined) {
    return { ok: true, value: conflict(resource, "was made by somebody else") };
  }
  if (failure.kind !== "invalid") return { ok: false, failure };
  return { ok: true, value: unpublished("Failing", failure.message, true) };
}

function isSame(live: KubeObject, intent: KubeObject): boolean {
  const hash = intent.metadata.annotations?.[INTENT_ANNOTATION];
  return (
    live.metadata.annotations?.[INTENT_ANNOTATION] === hash &&
    differencesOf(live, intent).length === 0
  );
}

function intentOf(wanted: KubeObject, owner: KubeObject, digest: Digest): KubeObject {
  const { metadata } = wanted;
  const labels = {
    ...metadata.labels,
    "managed-by": "prism-operator",
    [FEDERATION_LABEL]: owner.metadata.name,
  };
  const ownerReferences = [referenceTo(owner)];
  const unstamped = { ...wanted, metadata: { ...metadata, labels, ownerReferences } };
  const hash = digest(canonicalJson(unstamped));
  const annotations = { ...metadata.annotations, [INTENT_ANNOTATION]: hash };
  return { ...unstamped, metadata: { ...unstamped.metadata, annotations } };
}

/** Who controls an object under our name; a federation of our name that is gone is nobody. */
function rivalOf(live: KubeObject, owner: KubeObject): string | undefined {
  const controller = controllerOf(live);
  if (controller === undefined) return undefined;
  const isOwn = controller.kind === owner.kind && controller.name === owner.metadata.name;
  return isOwn ? undefined : `is controlled by ${controller.kind} ${controller.name}`;
}

async function prune(
  resource: Resource,
  object: KubeObject,
  { cache, writer, wrote }: RoutingContext,
  signal: AbortSignal,
): Promise<ApiFailure | undefined> {
  const live = cache.read(resource, keyOf(object));
  if (live === undefined || !isOwnedBy(live, object)) return undefined;
  if (live.metadata.deletionTimestamp !== undefined) return undefined;
  const answer = await writer.remove(live, "Background", signal);
  if (!answer.ok && answer.failure.kind !== "not-found") return answer.failure;
  wrote("deleted", live);
  return undefined;
}

function notServed({ kind, group }: Resource): Part {
  const reason: RoutingReason =
    kind === DNS_ENDPOINT.kind ? "DNSEndpointNotServed" : "GRPCRouteNotServed";
  const message = `${kind} (${group}) is not served here: install its CRD`;
  return unpublished(reason, message, true);
}

function nothingToPublish({ federation, members }: PublishStep): Part {
  const serving = servingMembers(strategyOf(federation), members);
  if (serving.length === 0) {
    return unpublished("NoMemberServes", "no member has been available yet");
  }
  const names = serving.map(({ plan }) => plan.name).join(", ");
  return unpublished(
    "NoAddresses",
    `no address is known of ${names}; wait for one or set addresses`,
  );
}

function published({ members }: PublishStep): Part {
  const silent = members.filter(({ isIn, addresses }) => isIn && addresses.length === 0);
  const message =
    silent.length === 0
      ? ""
      : `no address is known of ${silent.map(({ plan }) => plan.name).join(", ")}`;
  return { isPublished: true, reason: "Published", message, isFinal: false };
}

function conflict({ kind }: Resource, why: string): Part {
  return unpublished("Conflict", `the ${kind} of this name ${why}`, true);
}

function unpublished(reason: RoutingReason, message: string, isFinal = false): Part {
  return { isPublished: false, reason, message, isFinal };
}

function keyOf({ metadata }: KubeObject): { readonly namespace: string; readonly name: string } {
  return { namespace: metadata.namespace ?? "", name: metadata.name };
}
