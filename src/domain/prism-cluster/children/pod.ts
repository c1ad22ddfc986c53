import type { Pod } from "../../../api/prism-cluster-v1alpha2.ts";
import type { JsonObject } from "../../kube-object.ts";
import type { KeyRef } from "../../render-facts.ts";
import { type Container, containerBody } from "./container.ts";
import { labelsOf, type Part, selectorOf, tenantLabel } from "./part.ts";
import { pinnedImage } from "./pinned-image.ts";
import { qualifiedImage } from "./qualified-image.ts";
import { accountOf } from "./service-account.ts";
import type { Stack } from "./stack.ts";

/** A volume of a pod, mounted at the same path in all its containers. */
export interface Mount {
  readonly name: string;
  readonly path: string;
  /** A volume source, or `claim` for a volume that the workload's claim template provides. */
  readonly source: JsonObject | "claim";
  readonly readOnly?: boolean;
}

/** Everything that a pod's configuration depends on but its template does not show. */
export interface ConfigUse {
  /** Content of files and Secrets that are rendered from the same cluster. */
  readonly files?: Readonly<Record<string, string>>;
  /** Keys of objects that are read by reference. */
  readonly keys?: readonly KeyRef[];
}

/** A pod template as a renderer describes it. */
export interface PodPlan {
  readonly containers: readonly Container[];
  readonly init?: readonly Container[];
  readonly mounts?: readonly Mount[];
  /** Numeric user of the image: `runAsNonRoot` needs one where the image names its user. */
  readonly user: { readonly uid: number; readonly gid: number };
  readonly graceSeconds: number;
  readonly options?: Pod;
  readonly uses?: ConfigUse;
  /** Mounts a token for the Kubernetes API; only the log collector needs one. */
  readonly serviceAccountToken?: { readonly name: string };
  /** Its containers see each other's processes, to signal one another. */
  readonly sharesProcesses?: true;
}

const CONFIG_HASH = "prism.io/config-hash";

/** Hash of exactly the configuration that a pod uses: a change of it restarts this pod's workload and no other (REC-3). */
function configHash(stack: Stack, uses: ConfigUse = {}): JsonObject {
  const files = Object.entries(uses.files ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const keys = (uses.keys ?? []).map((ref) => [
    ref.kind,
    ref.name,
    ref.key,
    stack.facts.value(ref) ?? null,
  ]);
  if (files.length + keys.length === 0) return {};
  return { [CONFIG_HASH]: stack.facts.digest(JSON.stringify({ files, keys })) };
}

/** The pod template of a workload: labels, spreading, security and the config hash. */
export function podTemplate(stack: Stack, part: Part, pod: PodPlan): JsonObject {
  const { options } = pod;
  const annotations = { ...options?.annotations, ...configHash(stack, pod.uses) };
  return {
    metadata: {
      labels: { ...options?.labels, ...labelsOf(stack.name, part), ...tenantLabel(stack) },
      annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
    },
    spec: {
      ...containersOf(stack, pod),
      ...schedulingOf(part, options),
      serviceAccountName:
        options?.serviceAccountName ?? pod.serviceAccountToken?.name ?? accountOf(stack),
      automountServiceAccountToken: pod.serviceAccountToken !== undefined,
      // Service variables of other workloads (PRISM_...) would be read as configuration by Prism's programs.
      enableServiceLinks: false,
      imagePullSecrets: stack.spec.images?.pullSecrets?.map(({ name }) => ({ name })),
      securityContext: { ...podSecurity(pod.user), ...options?.securityContext },
      shareProcessNamespace: pod.sharesProcesses,
      terminationGracePeriodSeconds: pod.graceSeconds,
      restartPolicy: "Always",
      dnsPolicy: "ClusterFirst",
      schedulerName: "default-scheduler",
    },
  };
}

function podSecurity(user: PodPlan["user"]): JsonObject {
  return {
    runAsNonRoot: true,
    runAsUser: user.uid,
    runAsGroup: user.gid,
    fsGroup: user.gid,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** Root file systems are read-only, so every pod gets a writable /tmp. */
function containersOf(stack: Stack, pod: PodPlan): JsonObject {
  const tmp: Mount = { name: "tmp", path: "/tmp", source: { emptyDir: {} } };
  const mounts = [...(pod.mounts ?? []), tmp];
  const volumeMounts = mounts.map((mount) => ({
    name: mount.name,
    mountPath: mount.path,
    readOnly: mount.readOnly,
  }));
  const policy = stack.spec.images?.pullPolicy;
  const { mirror, digests } = stack.facts.images;
  const body = (container: Container) =>
    containerBody(
      { ...container, image: pinnedImage(qualifiedImage(container.image, mirror), digests) },
      policy,
      volumeMounts,
    );
  return {
    initContainers: pod.init?.map(body),
    containers: pod.containers.map(body),
    volumes: mounts.flatMap(({ name, source }) =>
      source === "claim" ? [] : [{ name, ...source }],
    ),
  };
}

function schedulingOf(part: Part, options: Pod | undefined): JsonObject {
  return {
    nodeSelector: options?.nodeSelector,
    tolerations: options?.tolerations,
    affinity: options?.affinity,
    priorityClassName: options?.priorityClassName,
    topologySpreadConstraints: (options?.topologySpreadConstraints ?? SPREAD).map((constraint) => ({
      labelSelector: { matchLabels: selectorOf(part) },
      ...constraint,
    })),
  };
}

/** Members spread over zones and hosts where there are several, and run all the same where there are not (REC-15). */
const SPREAD: readonly JsonObject[] = ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map(
  (topologyKey) => ({ maxSkew: 1, topologyKey, whenUnsatisfiable: "ScheduleAnyway" }),
);
