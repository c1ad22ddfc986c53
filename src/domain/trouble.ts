/** Why a workload does not get ready, read from its pods and events, in words that stay the same while nothing changes. */
import { conditionAt, listAt, numberAt, textAt } from "./json-read.ts";
import type { KubeObject } from "./kube-object.ts";

/** The closed list of reasons; they are also reasons of events. */
export type TroubleReason =
  | "ImagePullFailed"
  | "CrashLoop"
  | "Unschedulable"
  | "VolumePending"
  | "ConfigMissing"
  | "CreateFailed"
  | "ProbeFailing";

/** One cause; `message` is at most 256 characters and names no pod with a generated name. */
export interface Trouble {
  readonly reason: TroubleReason;
  readonly message: string;
}

/** The first cause in this order counts: the earlier ones explain the later ones. */
const ORDER: readonly TroubleReason[] = [
  "VolumePending",
  "Unschedulable",
  "ImagePullFailed",
  "ConfigMissing",
  "CrashLoop",
  "CreateFailed",
  "ProbeFailing",
];

/** What keeps a workload's pods from being ready; undefined when pods and events say nothing. */
export function troubleOf(
  workload: string,
  pods: readonly KubeObject[],
  events: readonly KubeObject[],
): Trouble | undefined {
  const found = [...pods.flatMap(podTroubles), ...eventTroubles(workload, events)];
  return ORDER.flatMap((reason) => found.filter((trouble) => trouble.reason === reason))[0];
}

function trouble(reason: TroubleReason, message: string): Trouble {
  return { reason, message: bounded(message) };
}

const MOST = 256;

function bounded(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > MOST ? `${line.slice(0, MOST - 3)}...` : line;
}

function podTroubles(pod: KubeObject): readonly Trouble[] {
  if (pod.metadata.deletionTimestamp !== undefined) return [];
  const scheduled = conditionAt(pod, "PodScheduled");
  if (textAt(scheduled, "status") === "False") {
    return [unschedulable(textAt(scheduled, "message") ?? "cannot be scheduled")];
  }
  const statuses = [
    ...listAt(pod, "status", "initContainerStatuses"),
    ...listAt(pod, "status", "containerStatuses"),
  ];
  return statuses.flatMap(containerTrouble);
}

function unschedulable(message: string): Trouble {
  const isVolume = /persistentvolumeclaim|storageclass|volume node affinity|unbound/i.test(message);
  return trouble(isVolume ? "VolumePending" : "Unschedulable", message);
}

const IMAGE_REASONS = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
  "RegistryUnavailable",
]);

/**
 * The kubelet's reasons alternate while it retries (ErrImagePull and ImagePullBackOff, Running and CrashLoopBackOff);
 * the words here do not, so that a status is not rewritten with every try.
 */
function containerTrouble(status: unknown): readonly Trouble[] {
  if (status === null || isWell(status)) return [];
  const name = textAt(status, "name") ?? "?";
  const waiting = textAt(status, "state", "waiting", "reason") ?? "";
  if (IMAGE_REASONS.has(waiting)) {
    const image = textAt(status, "image") ?? "?";
    return [trouble("ImagePullFailed", `container ${name}: image ${image} cannot be pulled`)];
  }
  if (/^(CreateContainer|RunContainer)/.test(waiting)) {
    const why = textAt(status, "state", "waiting", "message") ?? waiting;
    return [trouble("ConfigMissing", `container ${name}: ${why}`)];
  }
  return [...crash(status, name), ...probe(status, name)];
}

function isWell(status: unknown): boolean {
  const done = textAt(status, "state", "terminated", "reason") === "Completed";
  return (
    done ||
    (typeof status === "object" && status !== null && "ready" in status && status.ready === true)
  );
}

function crash(status: unknown, name: string): readonly Trouble[] {
  const state = ["state", "lastState"].find((key) => textAt(status, key, "terminated", "reason"));
  if (state === undefined) return isBackingOff(status) ? [again(name)] : [];
  const code = numberAt(status, state, "terminated", "exitCode");
  const why = textAt(status, state, "terminated", "reason");
  const killed = why === "OOMKilled" ? " (out of memory)" : "";
  if (code === 0) return isBackingOff(status) ? [again(name)] : [];
  return [trouble("CrashLoop", `container ${name} ended with exit code ${code}${killed}`)];
}

/** The kubelet has forgotten how the container ended, for example after a restart of the node. */
function isBackingOff(status: unknown): boolean {
  return textAt(status, "state", "waiting", "reason") === "CrashLoopBackOff";
}

function again(name: string): Trouble {
  return trouble("CrashLoop", `container ${name} ends again and again after it started`);
}

function probe(status: unknown, name: string): readonly Trouble[] {
  const isRunning = textAt(status, "state", "running", "startedAt") !== undefined;
  return isRunning
    ? [trouble("ProbeFailing", `container ${name} runs but does not pass its checks yet`)]
    : [];
}

const EVENT_REASONS: ReadonlyMap<string, TroubleReason> = new Map([
  ["FailedMount", "VolumePending"],
  ["FailedAttachVolume", "VolumePending"],
  ["ProvisioningFailed", "VolumePending"],
  ["FailedBinding", "VolumePending"],
  ["FailedCreate", "CreateFailed"],
]);

/** What events say of the claims and mounts of a workload's volumes, the newest first. */
export function volumeEvent(workload: string, events: readonly KubeObject[]): string | undefined {
  return eventTroubles(workload, events).find(({ reason }) => reason === "VolumePending")?.message;
}

/** Newest first; both events.k8s.io/v1 (`regarding`, `note`) and core/v1 (`involvedObject`, `message`). */
function eventTroubles(workload: string, events: readonly KubeObject[]): readonly Trouble[] {
  return events
    .filter((event) => isAbout(workload, nameIn(event)))
    .toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))
    .flatMap((event) => {
      const reason = EVENT_REASONS.get(textAt(event, "reason") ?? "");
      const note = textAt(event, "note") ?? textAt(event, "message") ?? "";
      return reason === undefined ? [] : [trouble(reason, withoutGenerated(workload, note))];
    });
}

function nameIn(event: KubeObject): string {
  return textAt(event, "regarding", "name") ?? textAt(event, "involvedObject", "name") ?? "";
}

function timeOf(event: KubeObject): string {
  return (
    textAt(event, "series", "lastObservedTime") ??
    textAt(event, "lastTimestamp") ??
    textAt(event, "eventTime") ??
    ""
  );
}

/** The workload, its ReplicaSets and pods (`name-...`) and the claims of its members (`data-name...`). */
function isAbout(workload: string, name: string): boolean {
  const own = name.startsWith("data-") ? name.slice("data-".length) : name;
  if (own === workload) return true;
  return own.startsWith(`${workload}-`) && GENERATED.test(own.slice(workload.length));
}

/** An ordinal, or the hash of a ReplicaSet (apimachinery `rand`: no vowels, none of 0 1 3) and its pods. */
const SUFFIX = "-(?:\\d{1,4}|[bcdf-hj-np-tv-z2456789]{5,10}(?:-[bcdf-hj-np-tv-z2456789]{5})?)";
const GENERATED = new RegExp(`^${SUFFIX}$`);

/** A message that names pods anew with each try would rewrite the status each time. */
function withoutGenerated(workload: string, note: string): string {
  const escaped = workload.replaceAll(/[^a-z0-9-]/g, "");
  return note.replaceAll(new RegExp(`\\b${escaped}${SUFFIX}\\b`, "g"), workload);
}
