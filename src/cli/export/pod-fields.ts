/** What every component takes from its pods: resources and `pod`; and what of a pod no component can say. */
import { isRecord, type JsonRecord, ownValue, valueAt } from "../../domain/json-object.ts";
import { listAt, textAt } from "../../domain/json-read.ts";
import type { Notes } from "./note.ts";
import type { Workload } from "./workload.ts";

/** Labels that only say which component a pod is of: the operator sets its own. */
const IDENTITY = new Set([
  "app",
  "app.kubernetes.io/name",
  "app.kubernetes.io/instance",
  "k8s-app",
  "component",
  "tier",
]);
/** Written by kubectl and controllers. */
const BOOKKEEPING = /^(kubectl\.kubernetes\.io\/|deployment\.kubernetes\.io\/|prism\.io\/)/;
/** Fields of a pod that the API takes over as they are; what of them it does not know is found by its schema. */
const TAKEN = [
  "nodeSelector",
  "tolerations",
  "affinity",
  "topologySpreadConstraints",
  "priorityClassName",
  "securityContext",
] as const;
/** Fields of a pod with a meaning that no field of a PrismCluster has, and what they were. */
const LOST: Readonly<Record<string, string>> = {
  initContainers: "its init containers",
  hostNetwork: "hostNetwork",
  hostPID: "hostPID",
  hostIPC: "hostIPC",
  hostAliases: "hostAliases",
  dnsConfig: "dnsConfig",
  runtimeClassName: "runtimeClassName",
  shareProcessNamespace: "shareProcessNamespace",
  readinessGates: "readinessGates",
  overhead: "overhead",
};
const LOST_OF_CONTAINER: Readonly<Record<string, string>> = {
  lifecycle: "lifecycle hooks",
  workingDir: "workingDir",
  securityContext: "the security context of its container (the operator sets a restricted one)",
  volumeDevices: "block devices",
  stdin: "stdin",
};

/** `resources` and `pod` of a component; empty objects are left out. */
export function podFields(workload: Workload, notes: Notes, field: string): JsonRecord {
  noteLost(workload, notes, field);
  const pod = podOf(workload);
  const resources = ownValue(workload.container, "resources");
  return {
    ...(isFilled(resources) ? { resources: withoutClaims(resources) } : {}),
    ...(isFilled(pod) ? { pod } : {}),
  };
}

function isFilled(value: unknown): value is JsonRecord {
  return isRecord(value) && Object.keys(value).length > 0;
}

function withoutClaims({ requests, limits }: JsonRecord): JsonRecord {
  return { ...(isFilled(requests) ? { requests } : {}), ...(isFilled(limits) ? { limits } : {}) };
}

function podOf({ object, pod }: Workload): JsonRecord {
  const metadata = valueAt(object, ["spec", "template", "metadata"]);
  const labels = pick(valueAt(metadata, ["labels"]), (key) => !IDENTITY.has(key));
  const annotations = pick(valueAt(metadata, ["annotations"]), (key) => !BOOKKEEPING.test(key));
  const account = textAt(pod, "serviceAccountName");
  const taken = TAKEN.flatMap((key) => {
    const value = ownValue(pod, key);
    const isEmpty = Array.isArray(value)
      ? value.length === 0
      : !isFilled(value) && typeof value !== "string";
    return isEmpty ? [] : [[key, value] as const];
  });
  return {
    ...(isFilled(labels) ? { labels } : {}),
    ...(isFilled(annotations) ? { annotations } : {}),
    ...(account === undefined || account === "default" ? {} : { serviceAccountName: account }),
    ...Object.fromEntries(taken),
  };
}

function pick(map: unknown, keep: (key: string) => boolean): JsonRecord {
  if (!isRecord(map)) return {};
  return Object.fromEntries(Object.entries(map).filter(([key]) => keep(key)));
}

function noteLost(workload: Workload, notes: Notes, field: string): void {
  const { subject, pod, container } = workload;
  for (const [key, words] of Object.entries(LOST)) {
    if (isSet(ownValue(pod, key)))
      notes.lost(subject, `${words} ${verb(words)} not taken over`, `${field}.pod`);
  }
  for (const [key, words] of Object.entries(LOST_OF_CONTAINER)) {
    if (isSet(ownValue(container, key)))
      notes.lost(subject, `${words} ${verb(words)} not taken over`, field);
  }
  for (const other of listAt(pod, "containers").filter((one) => one !== container)) {
    notes.lost(
      subject,
      `container ${textAt(other, "name")} (${textAt(other, "image")}) beside the main one is not taken over`,
      field,
    );
  }
  const grace = ownValue(pod, "terminationGracePeriodSeconds");
  if (typeof grace === "number" && grace !== 30) {
    notes.lost(
      subject,
      `terminationGracePeriodSeconds: ${grace} is not taken over; the operator has its own`,
      field,
    );
  }
  noteVolumes(workload, notes, field);
  for (const secret of listAt(container, "envFrom").flatMap(
    (one) => textAt(one, "secretRef", "name") ?? [],
  )) {
    notes.lost(
      subject,
      `its variables from all keys of Secret ${secret} (envFrom) are not taken over; name each by valueFrom.secretKeyRef`,
      field,
    );
  }
}

function verb(words: string): string {
  return /^(its init containers|lifecycle hooks|block devices)/.test(words) ? "are" : "is";
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isRecord(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== "";
}

const SOURCES = [
  "configMap",
  "secret",
  "hostPath",
  "projected",
  "nfs",
  "csi",
  "downwardAPI",
  "ephemeral",
  "iscsi",
  "emptyDir",
];

function noteVolumes({ subject, pod, container }: Workload, notes: Notes, field: string): void {
  for (const volume of listAt(pod, "volumes")) {
    const name = textAt(volume, "name") ?? "";
    const source = SOURCES.find((one) => valueAt(volume, [one]) !== undefined);
    if (source === undefined || source === "emptyDir") continue;
    const mount = listAt(container, "volumeMounts").find((one) => textAt(one, "name") === name);
    const from =
      textAt(volume, source, "name") ??
      textAt(volume, source, "secretName") ??
      textAt(volume, source, "path") ??
      name;
    const where = textAt(mount, "mountPath") ?? "nowhere";
    notes.lost(
      subject,
      `its volume ${name} (${source} ${from}, mounted at ${where}) is not taken over`,
      field,
    );
  }
}

/** The claim that holds its data as `storage`, and what of its claims cannot be said. */
export function storageField(workload: Workload, notes: Notes, field: string): JsonRecord {
  const [claim, ...others] = workload.claims;
  for (const other of others) {
    notes.lost(
      workload.subject,
      `its volume ${other.volume} is not taken over: one a component`,
      field,
    );
  }
  if (claim === undefined) return {};
  if (!claim.isTemplate || claim.volume !== "data") {
    const name = claim.isTemplate
      ? `claim template "${claim.volume}"`
      : `claim of volume "${claim.volume}"`;
    notes.add(
      "notExpressed",
      workload.subject,
      `its data stay in the ${name}; the operator's own is a template "data"`,
      {
        field,
        advice:
          "it runs as it is until prism.io/rollout: now, which would begin with an empty volume: copy the data first",
      },
    );
  }
  const { size, storageClassName } = claim;
  const storage = {
    ...(size === undefined ? {} : { size }),
    ...(storageClassName === undefined ? {} : { storageClassName }),
  };
  return isFilled(storage) ? { storage } : {};
}
