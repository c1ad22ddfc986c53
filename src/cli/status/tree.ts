/** What there is of each object of ours, as a tree of values: objects, components, workloads, pods. */
import { textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { describePause, isPausedAt, pauseOf } from "../../domain/pause.ts";
import { troubleOf } from "../../domain/trouble.ts";
import { trustFindings } from "../check/trust-findings.ts";
import { webhookFindings } from "../check/webhook-findings.ts";
import { componentsOf, type LiveComponent, type LiveWorkload } from "../cluster/components.ts";
import { type EventLine, eventsOf } from "../cluster/events.ts";
import { operatorState } from "../cluster/operator-state.ts";
import { type Gap, prismObjects, type World } from "../cluster/world.ts";
import { conditionOf } from "../why/causes-of.ts";

/** `unknown`: nobody has said anything of it yet. `idle`: it has no health, such as a Service. */
export type NodeHealth = "ready" | "notReady" | "paused" | "deleting" | "unknown" | "idle";

/** One line of the tree with what is below it. */
export interface StatusNode {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly health: NodeHealth;
  /** `2/3` pods, `9/9` components, a size; empty where there is nothing to count. */
  readonly count: string;
  readonly reason: string;
  readonly message: string;
  /** RFC 3339; empty for what is not there. */
  readonly createdAt: string;
  /** Warnings of the last hour, newest first. */
  readonly events: readonly EventLine[];
  readonly children: readonly StatusNode[];
}

/** Something outside the objects that holds all of them up. */
export interface Hindrance {
  readonly subject: string;
  readonly reason: string;
  readonly message: string;
  readonly fix?: string;
}

/** The answer. */
export interface StatusReport {
  readonly takenAt: string;
  readonly source: string;
  readonly operator: {
    readonly state: string;
    readonly message: string;
    readonly version: string;
    readonly namespace: string;
  };
  readonly hindrances: readonly Hindrance[];
  readonly objects: readonly StatusNode[];
  readonly gaps: readonly Gap[];
}

/** Everything of a namespace, or of all. */
export function statusReport(
  world: World,
  options: { readonly operatorNamespace?: string | undefined },
): StatusReport {
  const operator = operatorState(world, options.operatorNamespace);
  const { takenAt, source, gaps } = world;
  const objects = prismObjects(world)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map((object) => objectNode(world, object));
  const gone =
    operator.state === "gone"
      ? [
          {
            subject: "Operator",
            reason: operator.reason,
            message: `no operator is at work: ${operator.message}`,
          },
        ]
      : [];
  return {
    takenAt,
    source,
    operator: {
      state: operator.state,
      message: operator.message,
      version: operator.version ?? "",
      namespace: operator.namespace ?? "",
    },
    hindrances: [...gone, ...hindrancesOf(world)],
    objects,
    gaps,
  };
}

/** True when nothing is to be seen to. */
export function isWell({ objects, hindrances }: StatusReport): boolean {
  return hindrances.length === 0 && objects.every(({ health }) => health === "ready");
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${kind}/${metadata.name}`;
}

/** Admission and certificates: what would refuse the next change. */
function hindrancesOf(world: World): readonly Hindrance[] {
  const findings = [...webhookFindings(world), ...trustFindings(world)];
  return findings
    .filter(({ outcome }) => outcome === "fail")
    .map(({ subject, reason, message, fix }) => ({
      subject,
      reason,
      message,
      ...(fix === undefined ? {} : { fix }),
    }));
}

function objectNode(world: World, object: KubeObject): StatusNode {
  const ready = conditionOf(object, "Ready");
  const phase = textAt(object, "status", "phase");
  const pause = pauseOf(object);
  const isPaused = isPausedAt(object, Date.parse(world.takenAt));
  const stale = staleness(object);
  const said = [
    phase,
    stale,
    isPaused && pause !== undefined ? describePause(pause) : undefined,
    ready?.message,
  ];
  const components = componentsOf(world, object).map((one) => componentNode(world, one, object));
  return {
    ...identityOf(object),
    health: objectHealth(object, components, {
      isPaused,
      isReady: ready?.status,
      isStale: stale !== undefined,
    }),
    count: textAt(object, "status", "readyComponents") ?? "",
    reason: ready?.reason ?? (object["status"] === undefined ? "NotSeenYet" : ""),
    message: said.filter((one) => one !== undefined && one !== "").join("; "),
    events: eventsOf(world, object).slice(0, SHOWN_EVENTS),
    children: components,
  };
}

const SHOWN_EVENTS = 3;

function staleness({ metadata, status }: KubeObject): string | undefined {
  const seen =
    typeof status === "object" && status !== null && "observedGeneration" in status
      ? status.observedGeneration
      : undefined;
  if (seen === undefined || seen === metadata.generation) return undefined;
  return `the status is of generation ${String(seen)}, not ${metadata.generation}`;
}

function objectHealth(
  { metadata }: KubeObject,
  components: readonly StatusNode[],
  said: {
    readonly isPaused: boolean;
    readonly isReady: string | undefined;
    readonly isStale: boolean;
  },
): NodeHealth {
  if (metadata.deletionTimestamp !== undefined) return "deleting";
  if (said.isPaused) return "paused";
  // What runs is looked at itself: with the operator gone its status is only a memory.
  if (said.isStale || components.some(({ health }) => health === "notReady")) return "notReady";
  if (said.isReady === undefined || said.isReady === "Unknown") return "unknown";
  return said.isReady === "True" ? "ready" : "notReady";
}

function identityOf({
  kind,
  metadata,
}: KubeObject): Pick<StatusNode, "kind" | "name" | "namespace" | "createdAt"> {
  return {
    kind,
    name: metadata.name,
    namespace: metadata.namespace ?? "",
    createdAt: metadata.creationTimestamp ?? "",
  };
}

function componentNode(world: World, part: LiveComponent, owner: KubeObject): StatusNode {
  const { component, name, workloads, others } = part;
  const counts = workloads.map((one) => one.health);
  const available = counts.reduce((sum, one) => sum + one.available, 0);
  const desired = counts.reduce((sum, one) => sum + one.desired, 0);
  return {
    kind: component.kind,
    name,
    namespace: owner.metadata.namespace ?? "",
    ...componentHealth(part),
    count: workloads.length === 0 ? "" : `${available}/${desired}`,
    createdAt: "",
    events: [],
    children: [
      ...workloads.map((one) => workloadNode(world, one)),
      ...others.map((one) => plainNode(world, one)),
    ],
  };
}

/** What is seen counts more than what the operator said of it. */
function componentHealth({
  workloads,
  others,
  told,
}: LiveComponent): Pick<StatusNode, "health" | "reason" | "message"> {
  const bad = workloads.find(({ health }) => !health.ready)?.health;
  const message = told?.message ?? "";
  if (bad !== undefined) {
    return {
      health: "notReady",
      reason: bad.reason ?? "NotReady",
      message: bad.message ?? message,
    };
  }
  if (told?.ready === false) return { health: "notReady", reason: "NotReady", message };
  if (told !== undefined || workloads.length > 0 || others.length > 0) {
    return { health: "ready", reason: "", message };
  }
  return { health: "unknown", reason: "NotThere", message: "nothing of it is there" };
}

function workloadNode(world: World, { object, pods, claims, health }: LiveWorkload): StatusNode {
  return {
    ...plainNode(world, object),
    health: health.ready ? "ready" : "notReady",
    count: `${health.available}/${health.desired}`,
    reason: health.reason ?? "",
    message: health.message ?? "",
    children: [
      ...pods.map((one) => podNode(world, object, one)),
      ...claims.map((one) => claimNode(world, one)),
    ],
  };
}

function podNode(world: World, workload: KubeObject, pod: KubeObject): StatusNode {
  const trouble = troubleOf(workload.metadata.name, [pod], []);
  const isGoing = pod.metadata.deletionTimestamp !== undefined;
  const isPlaced = textAt(pod, "spec", "nodeName") !== undefined;
  const node = plainNode(world, pod);
  return {
    ...node,
    // What kept it from a node is over once it is on one.
    events: node.events.filter(({ reason }) => !isPlaced || reason !== "FailedScheduling"),
    health: isGoing ? "deleting" : trouble === undefined ? "ready" : "notReady",
    reason: trouble?.reason ?? "",
    message: trouble?.message ?? "",
  };
}

function claimNode(world: World, claim: KubeObject): StatusNode {
  const phase = textAt(claim, "status", "phase") ?? "Pending";
  return {
    ...plainNode(world, claim),
    health: phase === "Bound" ? "ready" : "notReady",
    count: textAt(claim, "spec", "resources", "requests", "storage") ?? "",
    reason: phase === "Bound" ? "" : phase,
    message: "",
  };
}

function plainNode(world: World, object: KubeObject): StatusNode {
  const warnings = eventsOf(world, object).filter(({ type }) => type === "Warning");
  return {
    ...identityOf(object),
    health: "idle",
    count: "",
    reason: "",
    message: "",
    events: warnings.slice(0, SHOWN_EVENTS),
    children: [],
  };
}
