/** Whether an operator is at work, read from its Lease and its Deployment: both can be looked at while it is gone. */
import { numberAt, textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { VERSION_ANNOTATION } from "../../kube/lease.ts";
import { type LiveWorkload, liveWorkload } from "./components.ts";
import { isOperatorDeployment, isOperatorLease, operatorNamespaces } from "./gather.ts";
import { gapOf, type World } from "./world.ts";

/** What is known of the operator. */
export interface OperatorState {
  /** `leading`: a process renews the Lease. `unknown`: it may not be looked at. */
  readonly state: "leading" | "gone" | "unknown";
  readonly reason: string;
  readonly message: string;
  readonly namespace?: string;
  /** Identity of the holder of the Lease. */
  readonly holder?: string;
  /** RFC 3339; of the last renewal. */
  readonly renewedAt?: string;
  readonly version?: string;
  readonly deployment?: LiveWorkload;
}

/** Clocks differ, and a renewal may be late once: twice its duration without one means that nobody renews. */
const STALE_FACTOR = 2;

/** The state of the operator at the time of the world. */
export function operatorState(world: World, operatorNamespace?: string): OperatorState {
  const namespaces = operatorNamespaces(world.objects, { operatorNamespace });
  const within = ({ metadata }: KubeObject) => namespaces.includes(metadata.namespace ?? "");
  const deployment = world.objects.filter(isOperatorDeployment).find(within);
  const lease = world.objects
    .filter(isOperatorLease)
    .filter(within)
    .toSorted((a, b) => (renewalOf(a) < renewalOf(b) ? 1 : -1))[0];
  const namespace = deployment?.metadata.namespace ?? lease?.metadata.namespace ?? namespaces[0];
  const version = versionOf(world, lease, deployment);
  const known = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(version === undefined ? {} : { version }),
    ...(deployment === undefined ? {} : { deployment: liveWorkload(world, deployment) }),
  };
  if (lease === undefined) return { ...known, ...withoutLease(world, known.deployment) };
  return { ...known, ...ofLease(lease, known.deployment, world.takenAt) };
}

type Verdict = Pick<OperatorState, "state" | "reason" | "message" | "holder" | "renewedAt">;

function withoutLease(world: World, deployment: LiveWorkload | undefined): Verdict {
  const gap = gapOf(world, "operator Lease") ?? gapOf(world, "operator Deployment");
  if (deployment?.health.ready === true) {
    // --no-leader-elect has no Lease; a ready replica is an operator at work.
    return {
      state: "leading",
      reason: "Ready",
      message: "its replicas are ready; it holds no Lease",
    };
  }
  if (deployment !== undefined) return { state: "gone", ...deploymentTrouble(deployment) };
  if (gap !== undefined) return { state: "unknown", reason: "NotReadable", message: gap.message };
  const message = "there is neither a Deployment nor a Lease of the operator in this cluster";
  return { state: "gone", reason: "NotInstalled", message };
}

function ofLease(
  lease: KubeObject,
  deployment: LiveWorkload | undefined,
  takenAt: string,
): Verdict {
  const holder = textAt(lease, "spec", "holderIdentity") ?? "";
  const renewedAt = renewalOf(lease);
  const at = renewedAt === "" ? {} : { renewedAt };
  const seconds = Math.round((Date.parse(takenAt) - Date.parse(renewedAt)) / 1_000);
  const limit = numberAt(lease, "spec", "leaseDurationSeconds") * STALE_FACTOR;
  const isStale = !(seconds <= limit);
  if (holder !== "" && !isStale) {
    return { state: "leading", reason: "Leading", message: `${holder} leads`, holder, ...at };
  }
  const why = deployment === undefined ? undefined : deploymentTrouble(deployment);
  const where = `Lease ${lease.metadata.namespace}/${lease.metadata.name}`;
  if (holder === "") {
    const message = `nobody holds ${where}: the last operator gave it back and no other took it`;
    return {
      state: "gone",
      reason: why?.reason ?? "NoLeader",
      message: joined(message, why),
      ...at,
    };
  }
  const message = `${where} was renewed last ${seconds} s ago by ${holder}`;
  return {
    state: "gone",
    reason: why?.reason ?? "LeaseStale",
    message: joined(message, why),
    holder,
    ...at,
  };
}

function joined(message: string, why: { readonly message: string } | undefined): string {
  return why === undefined ? message : `${message}; ${why.message}`;
}

/** Why the Deployment has no replica at work; undefined when it looks well. */
function deploymentTrouble({ object, health }: LiveWorkload): {
  readonly reason: string;
  readonly message: string;
} {
  const name = `Deployment ${object.metadata.namespace}/${object.metadata.name}`;
  if (numberAt(object, "spec", "replicas") === 0) {
    return { reason: "ScaledToZero", message: `${name} is scaled to 0` };
  }
  if (health.ready) return { reason: "NotLeading", message: `${name} has ready pods` };
  const { reason = "NotReady", message = "is not ready" } = health;
  return { reason, message: `${name}: ${message}` };
}

function renewalOf(lease: KubeObject): string {
  return textAt(lease, "spec", "renewTime") ?? "";
}

/** Who leads says it best; then what is deployed, then what was installed. */
function versionOf(
  world: World,
  lease: KubeObject | undefined,
  deployment: KubeObject | undefined,
): string | undefined {
  const installed = world.objects.find(
    ({ kind, metadata }) =>
      kind === "ValidatingWebhookConfiguration" && metadata.name === "prism-operator",
  );
  return (
    lease?.metadata.annotations?.[VERSION_ANNOTATION] ??
    deployment?.metadata.labels?.["app.kubernetes.io/version"] ??
    installed?.metadata.labels?.["app.kubernetes.io/version"]
  );
}
