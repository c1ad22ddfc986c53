/** What is to be done about each member now. */
import type { MemberStatus, PrismFederation } from "../../api/prism-federation-v1alpha3.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import {
  type CredentialsRef,
  type MemberPlan,
  memberCluster,
  memberPlans,
} from "../../domain/prism-federation/member-plan.ts";
import { previousStatus } from "../../domain/prism-federation/status/previous.ts";
import type { Valid } from "../../domain/validator.ts";
import type { Digest } from "../ownership.ts";
import { type MarkedCluster, marked } from "./marks.ts";

/** What becomes of the PrismCluster on the member. */
export type MemberAim =
  | { readonly kind: "apply"; readonly cluster: MarkedCluster }
  /** It is only looked at: `name` undefined is whichever is there. */
  | { readonly kind: "watch"; readonly name: string | undefined }
  | { readonly kind: "delete" | "release"; readonly name: string };

/** One member with what is to be done. */
export interface MemberTask {
  readonly name: string;
  readonly endpoint: string;
  readonly namespace: string;
  readonly credentials: CredentialsRef | undefined;
  readonly aim: MemberAim;
  /** Undefined for a member that is leaving. */
  readonly plan: MemberPlan | undefined;
}

/** What tasks depend on besides the federation. */
export interface TaskContext {
  readonly digest: Digest;
  readonly isPaused: boolean;
  /** Members whose former PrismCluster is gone or was let go of. */
  readonly finished: ReadonlySet<string>;
}

/** The tasks for a federation that stays: its members, then those that are leaving. */
export function tasksOf(
  federation: Valid<PrismFederation>,
  object: KubeObject,
  context: TaskContext,
): readonly MemberTask[] {
  const members = previousStatus(object).members ?? [];
  const before = new Map(members.map((member) => [member.name, member]));
  const plans = memberPlans(federation);
  const names = new Set(plans.map(({ name }) => name));
  const removal = federation.spec.removalPolicy === "Retain" ? "release" : "delete";
  const staying = plans.map((plan): MemberTask => {
    const { name, endpoint, namespace, credentials } = plan;
    const aim = aimOf({ federation, object, plan, previous: before.get(name), removal, context });
    return { name, endpoint, namespace, credentials, aim, plan };
  });
  const leaving = members
    .filter(({ name }) => !names.has(name) && !context.finished.has(name))
    .flatMap((member) => leavingTask(member, context.isPaused ? "watch" : removal));
  return [...staying, ...leaving];
}

/** The tasks for a federation that is being deleted: all that its status knows. */
export function farewellsOf(
  object: KubeObject,
  finished: ReadonlySet<string>,
): readonly MemberTask[] {
  const isDelete = textOf(object, "deletionPolicy") === "Delete";
  return (previousStatus(object).members ?? [])
    .filter(({ name }) => !finished.has(name))
    .flatMap((member) => leavingTask(member, isDelete ? "delete" : "release"));
}

interface AimContext {
  readonly federation: Valid<PrismFederation>;
  readonly object: KubeObject;
  readonly plan: MemberPlan;
  readonly previous: MemberStatus | undefined;
  readonly removal: "delete" | "release";
  readonly context: TaskContext;
}

function aimOf({ federation, object, plan, previous, removal, context }: AimContext): MemberAim {
  const { isPaused, finished, digest } = context;
  const cluster = memberCluster(federation, plan.name);
  if (isPaused) return { kind: "watch", name: plan.clusterName };
  if (cluster !== undefined) {
    return { kind: "apply", cluster: marked(cluster, object, plan.name, digest) };
  }
  // The template was taken away: what it made goes first.
  const left = finished.has(plan.name) ? undefined : previous?.cluster;
  return left === undefined ? { kind: "watch", name: undefined } : { kind: removal, name: left };
}

/** Nothing is to be done where there is no PrismCluster of ours. */
function leavingTask(member: MemberStatus, kind: "delete" | "release" | "watch"): MemberTask[] {
  const { name, endpoint, namespace, cluster, credentialsSecretRef: secret } = member;
  if (endpoint === undefined || namespace === undefined || cluster === undefined) return [];
  const credentials = secret && { name: secret.name, key: secret.key ?? "kubeconfig" };
  const aim = { kind, name: cluster } as const;
  return [{ name, endpoint, namespace, credentials, aim, plan: undefined }];
}

/** Read from the object as it is: also an invalid one must be deletable. */
function textOf(object: KubeObject, field: string): unknown {
  const spec = object["spec"];
  return typeof spec === "object" && spec !== null ? Reflect.get(spec, field) : undefined;
}
