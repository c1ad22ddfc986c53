/** Why a workload is not ready: its claims, its pods, and what the cluster said of them. */
import type { Component } from "../../domain/child.ts";
import { listAt, numberAt, textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { type Trouble, troubleOf } from "../../domain/trouble.ts";
import type { LiveWorkload } from "../cluster/components.ts";
import { eventsOf } from "../cluster/events.ts";
import { objectsOf, type World } from "../cluster/world.ts";
import type { Cause } from "./cause.ts";

/** Names at most this many pods that are ill in the same way. */
const NAMED = 3;

/** The component that a workload is of, and where it is described. */
export interface Place {
  readonly component?: Component;
  readonly field?: string | undefined;
}

/** The cause of a workload that is not ready; undefined when it is. */
export function workloadCause(
  world: World,
  workload: LiveWorkload,
  place: Place = {},
): Cause | undefined {
  const { object, health } = workload;
  if (health.ready) return undefined;
  const { field } = place;
  const reason = health.reason ?? "NotReady";
  const claims = workload.claims.flatMap((claim) => claimCause(world, claim, field));
  // A claim that is not bound is why its pod is not scheduled.
  const pods = podCauses(world, workload, place).filter(
    (one) => claims.length === 0 || one.reason !== "VolumePending",
  );
  const created = workload.pods.length === 0 ? creationCauses(world, object) : [];
  const because = [...claims, ...pods, ...created];
  return {
    subject: subjectOf(object),
    ...(field === undefined ? {} : { field }),
    reason,
    message: health.message ?? "is not ready",
    ...(because.length > 0 ? {} : fixFor(reason)),
    because,
  };
}

/** `StatefulSet redis`. */
export function subjectOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}

function fixFor(reason: string): { readonly fix?: string } {
  const fix = FIXES[reason];
  return fix === undefined ? {} : { fix };
}

/** What helps, by the reasons of src/domain/trouble.ts and src/domain/health.ts. */
const FIXES: Readonly<Record<string, string>> = {
  ImagePullFailed: "correct the image or its tag; a private registry needs spec.images.pullSecrets",
  CrashLoop: "read its last words: `kubectl logs --previous`",
  Unschedulable: "lower its resource requests, relax its placement, or add nodes",
  VolumePending: "make a StorageClass that provisions, or name another one",
  ConfigMissing: "make the Secret or ConfigMap that it names",
  CreateFailed: "a quota or an admission policy refuses its pods: see the event",
  ProbeFailing: "read its log: it runs and does not answer its probe",
  VolumeLost: "the volume is gone: restore it from a backup",
  Missing: "the operator has not made it yet",
};

/** Where in the spec each trouble is mended, below the component's field. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ImagePullFailed: { backend: ".image", admin: ".image", proxy: ".image", pattern: ".image" },
  VolumePending: {
    backend: ".storage.storageClassName",
    admin: ".storage.storageClassName",
    pattern: ".storage.storageClassName",
  },
  Unschedulable: {
    backend: ".resources",
    admin: ".resources",
    proxy: ".resources",
    pattern: ".resources",
  },
};

/** The field that mends a trouble of a component. */
function mending({ field, component }: Place, reason: string): { readonly field?: string } {
  if (field === undefined) return {};
  const below = component === undefined ? undefined : FIELDS[reason]?.[component.kind];
  return { field: `${field}${below ?? ""}` };
}

function podCauses(world: World, { object, pods }: LiveWorkload, place: Place): readonly Cause[] {
  const ill = pods.flatMap((pod) => {
    const trouble = troubleOf(object.metadata.name, [pod], []);
    return trouble === undefined ? [] : [{ pod, trouble }];
  });
  const groups = Map.groupBy(ill, ({ trouble }) => `${trouble.reason} ${trouble.message}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [
          podCause(
            world,
            first.trouble,
            group.map(({ pod }) => pod),
            place,
          ),
        ];
  });
}

function podCause(
  world: World,
  trouble: Trouble,
  pods: readonly KubeObject[],
  place: Place,
): Cause {
  const [pod] = pods;
  const names = pods.slice(0, NAMED).map(({ metadata }) => metadata.name);
  const more = pods.length > NAMED ? ` and ${pods.length - NAMED} more` : "";
  const said = kubeletWords(pod);
  const node = textAt(pod, "spec", "nodeName");
  const where = node === undefined ? "" : ` on node ${node}`;
  const isPlaced = node !== undefined;
  return {
    subject: `Pod ${names.join(", ")}${more}`,
    ...mending(place, trouble.reason),
    reason: trouble.reason,
    message: `${trouble.message}${said === undefined ? "" : ` (${said})`}${where}`,
    ...fixFor(trouble.reason),
    // What kept it from a node is over once it is on one.
    because: (pod === undefined ? [] : warningsOf(world, pod)).filter(
      ({ reason }) => !isPlaced || reason !== "FailedScheduling",
    ),
  };
}

/** Why a pod or a claim by itself is not as it should be. */
export function podCausesOf(world: World, object: KubeObject): readonly Cause[] {
  if (object.kind === "PersistentVolumeClaim") return claimCause(world, object, undefined);
  const trouble = troubleOf(object.metadata.name, [object], []);
  if (trouble !== undefined) return [podCause(world, trouble, [object], {})];
  return [];
}

/** What the kubelet says of the first container that waits or ended. */
function kubeletWords(pod: KubeObject | undefined): string | undefined {
  const statuses = [
    ...listAt(pod, "status", "initContainerStatuses"),
    ...listAt(pod, "status", "containerStatuses"),
  ];
  for (const status of statuses) {
    const message = textAt(status, "state", "waiting", "message");
    const reason = textAt(status, "state", "waiting", "reason");
    if (reason !== undefined && reason !== "PodInitializing" && reason !== "ContainerCreating") {
      const restarts = numberAt(status, "restartCount");
      const times = restarts > 0 ? `, ${restarts} restarts` : "";
      return `${reason}${message === undefined ? "" : `: ${message}`}${times}`;
    }
  }
  return undefined;
}

/** The newest warnings of an object, one a reason. */
export function warningsOf(world: World, object: KubeObject): readonly Cause[] {
  const seen = new Set<string>();
  return eventsOf(world, object)
    .filter(({ type, reason }) => type === "Warning" && !seen.has(reason) && seen.add(reason))
    .slice(0, NAMED)
    .map(({ reason, message, count }) => ({
      subject: `Event of ${subjectOf(object)}`,
      reason,
      message: count > 1 ? `${message} (${count} times)` : message,
      because: [],
      isEvidence: true,
    }));
}

/** A workload without pods: whoever makes them says why not. */
function creationCauses(world: World, workload: KubeObject): readonly Cause[] {
  const { uid } = workload.metadata;
  const sets = objectsOf(world, "ReplicaSet", workload.metadata.namespace).filter((set) =>
    set.metadata.ownerReferences?.some((one) => one.uid === uid),
  );
  return [workload, ...sets].flatMap((one) => warningsOf(world, one));
}

/** A claim that is not bound: of which class, whether that exists, and what the provisioner says. */
function claimCause(world: World, claim: KubeObject, field: string | undefined): readonly Cause[] {
  const phase = textAt(claim, "status", "phase");
  if (phase === "Bound") return [];
  const isLost = phase === "Lost";
  const reason = isLost ? "VolumeLost" : "VolumePending";
  return [
    {
      subject: subjectOf(claim),
      ...(field === undefined ? {} : { field: `${field}.storage.storageClassName` }),
      reason,
      message: `${classWords(world, claim)}; it is ${isLost ? "lost" : "not bound"}`,
      ...fixFor(reason),
      because: warningsOf(world, claim),
    },
  ];
}

function classWords(world: World, claim: KubeObject): string {
  const wanted = textAt(claim, "spec", "storageClassName");
  const classes = objectsOf(world, "StorageClass");
  const names = classes.map(({ metadata }) => metadata.name);
  const there = names.length === 0 ? "there is none" : `there are: ${names.join(", ")}`;
  if (wanted !== undefined && names.includes(wanted)) return `is of StorageClass ${wanted}`;
  if (wanted !== undefined) return `is of StorageClass ${wanted}, which does not exist; ${there}`;
  if (classes.some(isDefaultClass)) return "is of the default StorageClass";
  return `names no StorageClass and the cluster has no default; ${there}`;
}

function isDefaultClass({ metadata }: KubeObject): boolean {
  return metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true";
}
