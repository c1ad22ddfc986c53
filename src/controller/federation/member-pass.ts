/** One look at one member: what is there, and what is to be done about it. */
import type { KubeObject } from "../../domain/kube-object.ts";
import type { MemberLook, MemberTrouble } from "../../domain/prism-federation/member-look.ts";
import type { Applied } from "../../domain/prism-federation/status/observation.ts";
import type { ApiFailure, ApiResult } from "../api-result.ts";
import type { Resource } from "../resource.ts";
import { conflictOf, isAsApplied, MARKS, type MarkedCluster } from "./marks.ts";
import {
  addressesIn,
  clusterIn,
  isNotServed,
  lookAt,
  printable,
  unknown,
  writeTrouble,
} from "./member-answer.ts";
import type { MemberConnection } from "./member-port.ts";
import type { MemberTask } from "./member-task.ts";
import { missingRights, rightsFor } from "./missing-rights.ts";

/** What a look needs. */
export interface MemberPassContext {
  readonly federation: KubeObject;
  readonly connection: MemberConnection;
  /** What was applied last, as far as is known. */
  readonly applied: Applied | undefined;
  /** Whether somebody wants to know where clients reach the member. */
  readonly readsAddresses: boolean;
}

/** What a look found and did. */
export interface MemberResult {
  readonly look: MemberLook;
  readonly applied: Applied | undefined;
  /** Nothing of ours is left there; for tasks that delete or release. */
  readonly isFinished: boolean;
}

/** Kubernetes' own name of the proxy's Service and Ingress (`src/domain/prism-cluster/children`). */
const PROXY = "prism-proxy";
const SERVICES: Resource = { group: "", version: "v1", plural: "services", kind: "Service" };
const INGRESSES: Resource = {
  group: "networking.k8s.io",
  version: "v1",
  plural: "ingresses",
  kind: "Ingress",
};
/** The version that every operator of today serves. */
const HUB = "v1alpha2";

/** Looks once, and does what the task says. */
export async function memberPass(
  task: MemberTask,
  context: MemberPassContext,
  signal: AbortSignal,
): Promise<MemberResult> {
  const result = await new MemberPass(task, context, signal).run();
  const { look } = result;
  const isForbidden =
    look.kind === "unknown" ? look.reason === "Forbidden" : look.trouble?.reason === "Forbidden";
  if (!isForbidden) return result;
  const rights = rightsFor(task, context.readsAddresses);
  const missing = await missingRights(context.connection, rights, task.namespace, signal);
  return missing === undefined ? result : { ...result, look: withMessage(look, missing) };
}

function withMessage(look: MemberLook, message: string): MemberLook {
  if (look.kind === "unknown") return { ...look, message };
  return { ...look, trouble: look.trouble && { ...look.trouble, message } };
}

class MemberPass {
  readonly #task: MemberTask;
  readonly #context: MemberPassContext;
  readonly #signal: AbortSignal;
  readonly #clusters: Resource;

  constructor(task: MemberTask, context: MemberPassContext, signal: AbortSignal) {
    this.#task = task;
    this.#context = context;
    this.#signal = signal;
    const { aim } = task;
    const version = aim.kind === "apply" ? versionOf(aim.cluster.object) : HUB;
    this.#clusters = { group: "prism.io", version, plural: "prismclusters", kind: "PrismCluster" };
  }

  async run(): Promise<MemberResult> {
    const { aim } = this.#task;
    if (aim.kind === "watch") return this.#watch(aim.name);
    const name = aim.kind === "apply" ? aim.cluster.object.metadata.name : aim.name;
    const found = await this.#find(name);
    if (!found.ok) return this.#kept(lookAt(found.failure));
    if (aim.kind === "apply") return this.#apply(aim.cluster, found.value);
    return this.#leave(aim.kind, found.value);
  }

  /** The object, or undefined where there is none. */
  async #find(name: string): Promise<ApiResult<KubeObject | undefined>> {
    const key = { namespace: this.#task.namespace, name };
    const answer = await this.#context.connection.get(this.#clusters, key, this.#signal);
    if (answer.ok) return answer;
    const isAbsent = answer.failure.kind === "not-found" && !isNotServed(answer.failure);
    return isAbsent ? { ok: true, value: undefined } : answer;
  }

  async #watch(name: string | undefined): Promise<MemberResult> {
    if (name !== undefined) {
      const found = await this.#find(name);
      return this.#kept(found.ok ? await this.#seen(found.value) : lookAt(found.failure));
    }
    const { connection } = this.#context;
    const listed = await connection.list(this.#clusters, this.#task.namespace, 2, this.#signal);
    if (!listed.ok) return this.#kept(lookAt(listed.failure));
    const [first, second] = listed.value;
    const where = `namespace ${this.#task.namespace}`;
    if (second !== undefined) {
      const message = `there is more than one PrismCluster in ${where}`;
      return this.#kept(unknown("SeveralClusters", message, false));
    }
    if (first !== undefined) return this.#kept(await this.#seen(first));
    return this.#kept(unknown("ClusterMissing", `there is no PrismCluster in ${where}`, false));
  }

  async #apply(wanted: MarkedCluster, live: KubeObject | undefined): Promise<MemberResult> {
    const { applied, connection } = this.#context;
    const obstacle = live && this.#obstacle(live);
    if (obstacle !== undefined) return obstacle;
    if (live !== undefined && isAsApplied(live, wanted, applied)) {
      return this.#kept(await this.#seen(live));
    }
    const uid = live === undefined ? {} : { uid: live.metadata.uid ?? "" };
    const object = { ...wanted.object, metadata: { ...wanted.object.metadata, ...uid } };
    const answer = await connection.apply(this.#clusters, object, this.#signal);
    if (!answer.ok) return this.#refused(live, answer.failure);
    const { generation = 0 } = answer.value.metadata;
    const now: Applied = { template: wanted.template, generation };
    return { look: await this.#seen(answer.value), applied: now, isFinished: false };
  }

  /** Why what is there is left as it is. */
  #obstacle(live: KubeObject): MemberResult | undefined {
    const { federation, applied } = this.#context;
    const conflict = conflictOf(live, federation, applied);
    // It is not ours, so its state says nothing about our traffic either.
    if (conflict !== undefined) return this.#troubled(undefined, "Conflict", conflict);
    if (live.metadata.deletionTimestamp === undefined) return undefined;
    const message = "its PrismCluster is being deleted, and is made again afterwards";
    return this.#troubled(live, "Deleting", message);
  }

  async #leave(kind: "delete" | "release", live: KubeObject | undefined): Promise<MemberResult> {
    const { federation, connection, applied } = this.#context;
    const done = { look: seenNothing(), applied: undefined, isFinished: true };
    // What is not ours is not ours to delete.
    if (live === undefined || conflictOf(live, federation, applied) !== undefined) return done;
    if (kind === "release") {
      const answer = await connection.unmark(this.#clusters, live, MARKS, this.#signal);
      return answer.ok ? done : this.#refused(live, answer.failure);
    }
    if (live.metadata.deletionTimestamp === undefined) {
      const answer = await connection.remove(this.#clusters, live, this.#signal);
      if (!answer.ok && answer.failure.kind !== "not-found") {
        return this.#deletionRefused(live, answer.failure);
      }
    }
    return this.#troubled(live, "Deleting", "its PrismCluster is being deleted");
  }

  #deletionRefused(live: KubeObject, failure: ApiFailure): MemberResult {
    if (failure.kind === "unreachable") return this.#kept(lookAt(failure));
    const message = printable(failure.message);
    const isRight = failure.kind === "forbidden" && message.includes("cannot delete resource");
    return this.#troubled(live, isRight ? "Forbidden" : "DeletionRefused", message);
  }

  #refused(live: KubeObject | undefined, failure: ApiFailure): MemberResult {
    if (failure.kind === "unreachable" || failure.kind === "throttled" || failure.code === 401) {
      return this.#kept(lookAt(failure));
    }
    const { reason, message } = writeTrouble(failure);
    return this.#troubled(live, reason, message);
  }

  #troubled(
    live: KubeObject | undefined,
    reason: MemberTrouble["reason"],
    message: string,
  ): MemberResult {
    const cluster = live && clusterIn(live);
    const trouble = { reason, message };
    return this.#kept({ kind: "seen", cluster, trouble, addresses: undefined });
  }

  /** The PrismCluster, and where clients reach it. */
  async #seen(live: KubeObject | undefined): Promise<MemberLook> {
    if (live === undefined) return seenNothing();
    const cluster = clusterIn(live);
    if (!this.#context.readsAddresses) {
      return { kind: "seen", cluster, trouble: undefined, addresses: undefined };
    }
    const read = await this.#addresses();
    if (read.ok) return { kind: "seen", cluster, trouble: undefined, addresses: read.value };
    const trouble = read.failure.kind === "forbidden" ? writeTrouble(read.failure) : undefined;
    return { kind: "seen", cluster, trouble, addresses: undefined };
  }

  /** Those of the Ingress, where there is one with some; else those of the Service. */
  async #addresses(): Promise<ApiResult<readonly string[]>> {
    for (const resource of [INGRESSES, SERVICES]) {
      const key = { namespace: this.#task.namespace, name: PROXY };
      const answer = await this.#context.connection.get(resource, key, this.#signal);
      if (!answer.ok && answer.failure.kind !== "not-found") return answer;
      const addresses = answer.ok ? addressesIn(answer.value) : [];
      if (addresses.length > 0) return { ok: true, value: addresses };
    }
    return { ok: true, value: [] };
  }

  #kept(look: MemberLook): MemberResult {
    return { look, applied: this.#context.applied, isFinished: false };
  }
}

function seenNothing(): MemberLook {
  return { kind: "seen", cluster: undefined, trouble: undefined, addresses: undefined };
}

function versionOf({ apiVersion }: KubeObject): string {
  return apiVersion.slice(apiVersion.indexOf("/") + 1);
}
