/** Why an object of ours is not what its spec says: from the operator, its own conditions and what there is of it. */
import { isRecord } from "../../domain/json-object.ts";
import { listAt, numberAt, textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { describePause, isPausedAt, pauseOf } from "../../domain/pause.ts";
import { componentsOf, type LiveComponent } from "../cluster/components.ts";
import { type OperatorState, operatorState } from "../cluster/operator-state.ts";
import type { World } from "../cluster/world.ts";
import type { Cause } from "./cause.ts";
import { subjectOf, warningsOf, workloadCause } from "./workload-causes.ts";

/** A condition as any kind of ours has it. */
interface SeenCondition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** Every cause, the ones that hold everything back first; empty when the object is as it should be. */
export function causesOf(world: World, object: KubeObject): readonly Cause[] {
  return [
    ...deletionCauses(object),
    ...pauseCauses(object, world.takenAt),
    ...operatorCauses(world),
    ...configCauses(object),
    ...delayCauses(object),
    ...healthCauses(world, object),
  ];
}

/** The condition of a type, whatever kind has it. */
export function conditionOf(object: KubeObject, type: string): SeenCondition | undefined {
  const found = listAt(object, "status", "conditions").find((one) => textAt(one, "type") === type);
  if (found === undefined) return undefined;
  return {
    status: textAt(found, "status") ?? "Unknown",
    reason: textAt(found, "reason") ?? "",
    message: textAt(found, "message") ?? "",
  };
}

function leaf(subject: string, reason: string, message: string, more: Partial<Cause> = {}): Cause {
  return { subject, reason, message, because: [], ...more };
}

function deletionCauses(object: KubeObject): readonly Cause[] {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined) return [];
  const told = conditionOf(object, "Ready");
  const waiting = told?.reason === "Deleting" ? `: ${told.message}` : "";
  const message = `is being deleted since ${deletionTimestamp}, held by ${finalizers.join(", ") || "nothing"}${waiting}`;
  return [
    leaf(subjectOf(object), "Deleting", message, {
      field: "metadata.finalizers",
      fix: "with the operator gone for good: annotate it prism.io/force-delete=true, or remove the finalizer prism.io/cleanup",
    }),
  ];
}

function pauseCauses(object: KubeObject, takenAt: string): readonly Cause[] {
  const pause = pauseOf(object);
  if (pause === undefined || !isPausedAt(object, Date.parse(takenAt))) return [];
  return [
    leaf(
      subjectOf(object),
      "Paused",
      `${describePause(pause)}; nothing of it is changed meanwhile`,
      {
        field: 'metadata.annotations["prism.io/paused"]',
        fix: `prismctl resume ${object.metadata.name} --namespace ${object.metadata.namespace ?? ""}`,
      },
    ),
  ];
}

function operatorCauses(world: World): readonly Cause[] {
  const state = operatorState(world);
  return state.state === "gone" ? [operatorCause(world, state)] : [];
}

/** Nobody acts on any object: why. */
export function operatorCause(world: World, state: OperatorState): Cause {
  const { deployment } = state;
  const deeper = deployment === undefined ? undefined : workloadCause(world, deployment);
  const isScaled = state.reason === "ScaledToZero";
  const because = deeper === undefined || isScaled ? [] : [deeper];
  return {
    subject: "Operator",
    reason: state.reason === "NotInstalled" ? "NotInstalled" : "OperatorGone",
    message: `no operator is at work: ${state.message}`,
    ...(because.length > 0 ? {} : { fix: operatorFix(state) }),
    because,
  };
}

function operatorFix({ reason, namespace, deployment }: OperatorState): string {
  const where = namespace === undefined ? "" : ` --namespace ${namespace}`;
  if (reason === "NotInstalled")
    return "install it: helm install prism-operator, see docs/platform/install.md";
  if (reason === "ScaledToZero" && deployment !== undefined) {
    return `kubectl${where} scale deployment ${deployment.object.metadata.name} --replicas 2`;
  }
  return `start it, or see why it does not lead: kubectl${where} logs deployment/prism-operator`;
}

/** An object whose stored spec the operator refuses: rules became stricter, or a webhook was off. */
function configCauses(object: KubeObject): readonly Cause[] {
  const told = conditionOf(object, "ConfigValid");
  if (told?.status !== "False") return [];
  const faults = told.message.split("; ").map((fault) => {
    const [field = "", ...words] = fault.split(": ");
    return leaf(subjectOf(object), told.reason, words.join(": ") || fault, {
      ...(field.startsWith("spec") || field.startsWith("metadata") ? { field } : {}),
    });
  });
  return [
    {
      subject: subjectOf(object),
      reason: "InvalidConfig",
      message: "the stored spec is not valid: no child is changed until it is",
      fix: "`prismctl validate` says of each field what to write instead",
      because: faults,
    },
  ];
}

/** The operator is there and has not come to it yet. */
function delayCauses(object: KubeObject): readonly Cause[] {
  const seen = numberAt(object, "status", "observedGeneration");
  const { generation = 0 } = object.metadata;
  if (seen >= generation || isRecord(object["status"]) === false) {
    return object["status"] === undefined
      ? [
          leaf(subjectOf(object), "NotSeenYet", "the operator has not looked at it yet", {
            fix: WATCHED,
          }),
        ]
      : [];
  }
  const message = `generation ${generation} is not carried out yet; the status speaks of generation ${seen}`;
  return [leaf(subjectOf(object), "Delayed", message)];
}

const WATCHED =
  "when that lasts: see that --watch-namespace of the operator includes its namespace";

/** What its components say; without any, what its conditions say. */
function healthCauses(world: World, object: KubeObject): readonly Cause[] {
  const found = componentsOf(world, object).flatMap((one) => componentCause(world, one));
  // What waits for others is no cause of anything while those are known.
  const first = found.filter(({ reason }) => reason !== "Waiting");
  const components = first.length > 0 ? first : found;
  const ready = conditionOf(object, "Ready");
  // What is seen counts although nobody told it: the operator may be gone.
  if (ready === undefined || ready.status === "True") return components;
  const because = [
    ...components,
    ...warningsOf(world, object).filter(({ reason }) => TOLD_EVENTS.has(reason)),
  ];
  const subject = subjectOf(object);
  if (components.length === 0) {
    if (KNOWN_ELSEWHERE.has(ready.reason)) return [];
    return [{ subject, reason: ready.reason, message: ready.message, because }];
  }
  return [
    { subject, reason: wordOf(object, ready), message: countWords(object, components), because },
  ];
}

/** Stalled says more than Ready: that nobody waits any longer. */
function wordOf(object: KubeObject, ready: SeenCondition): string {
  const stalled = conditionOf(object, "Stalled");
  const isTold = stalled?.status === "True" && !KNOWN_ELSEWHERE.has(stalled.reason);
  return isTold ? stalled.reason : ready.reason;
}

function countWords(object: KubeObject, components: readonly Cause[]): string {
  const phase = textAt(object, "status", "phase");
  const many = components.length === 1 ? "a component is" : `${components.length} components are`;
  return `${phase === undefined ? "" : `${phase}: `}${many} not ready`;
}

/** Reasons of Ready that another cause above tells in full. */
const KNOWN_ELSEWHERE = new Set(["InvalidConfig", "Deleting", "Paused"]);
/** Events of an object that say more than its conditions. */
const TOLD_EVENTS = new Set(["Conflict", "VolumeNotGrown", "CleanupTimedOut"]);

function componentCause(world: World, part: LiveComponent): readonly Cause[] {
  const found = part.workloads.flatMap((one) => workloadCause(world, one, part) ?? []);
  const claimed = part.told?.ready === false ? part.told.message : undefined;
  if (found.length > 0) {
    // What the operator says is more when no pod explains it: another's object, a Secret that is missing.
    const isExplained = found.some(({ because }) => because.length > 0);
    return isExplained || claimed === undefined || claimed === found[0]?.message
      ? found
      : [{ ...toldCause(part, claimed), because: found }];
  }
  return claimed === undefined ? [] : [toldCause(part, claimed)];
}

function toldCause({ name, field }: LiveComponent, message: string): Cause {
  const isWaiting = message.startsWith("waits for stage");
  return leaf(`Component ${name}`, isWaiting ? "Waiting" : reasonIn(message), message, {
    ...(field === undefined ? {} : { field }),
    ...fixIn(message),
  });
}

/** The operator's sentences (src/domain/prism-cluster/status, src/controller) begin alike for each reason. */
function reasonIn(message: string): string {
  if (/is controlled by|exists and is not ours|of this name exists/.test(message))
    return "Conflict";
  if (/^waits for Secret/.test(message)) return "SecretMissing";
  if (/generated Secret .* is gone/.test(message)) return "CredentialsMissing";
  return "NotReady";
}

function fixIn(message: string): { readonly fix?: string } {
  const secret = /^waits for Secret (\S+) with (.+)$/.exec(message);
  if (secret !== null) return { fix: `make Secret ${secret[1]} with the keys ${secret[2]}` };
  if (/is controlled by/.test(message))
    return { fix: "rename one of the two, or take that owner away" };
  return {};
}
