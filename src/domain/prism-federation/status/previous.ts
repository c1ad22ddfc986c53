import type {
  MemberStatus,
  PrismFederationStatus,
} from "../../../api/prism-federation-v1alpha3.ts";
import type { Condition } from "../../condition.ts";
import { isRecord } from "../../json-object.ts";
import { listAt, textAt } from "../../json-read.ts";
import type { KubeObject } from "../../kube-object.ts";
import type { Place } from "../rotation.ts";

/** The status that an object carries, as far as it is one: it may have been written by another operator version. */
export function previousStatus(object: KubeObject): PrismFederationStatus {
  const { status } = object;
  if (!isRecord(status)) return {};
  const { observedGeneration: generation } = status;
  const phase = PHASES.find((one) => one === status["phase"]);
  return {
    conditions: listAt(status, "conditions").filter(isCondition),
    members: listAt(status, "members").filter(isMember),
    ...textsOf(status),
    ...(phase === undefined ? {} : { phase }),
    ...(typeof generation === "number" ? { observedGeneration: generation } : {}),
  };
}

const PHASES = ["Pending", "Running", "Degraded", "Failed"] as const;
const MEMBER_PHASES: readonly unknown[] = [...PHASES, "Unknown", "Leaving"];
const ROTATIONS: readonly unknown[] = ["Waiting", "In", "Out"];
const STATUSES: readonly unknown[] = ["True", "False", "Unknown"];
const TEXTS = ["readyMembers", "servingMembers", "hostname", "lastReconciled"] as const;

function textsOf(status: object): Pick<PrismFederationStatus, (typeof TEXTS)[number]> {
  const known = TEXTS.flatMap((name) => {
    const text = textAt(status, name);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(known);
}

function isCondition(value: unknown): value is Condition {
  const texts = ["type", "lastTransitionTime", "reason", "message"];
  return (
    texts.every((key) => textAt(value, key) !== undefined) &&
    STATUSES.includes(textAt(value, "status"))
  );
}

function isMember(value: unknown): value is MemberStatus {
  return (
    textAt(value, "name") !== undefined &&
    MEMBER_PHASES.includes(textAt(value, "phase")) &&
    ROTATIONS.includes(textAt(value, "rotation"))
  );
}

/** Where a member stood when its status was written; Waiting for one that is new. */
export function placeIn(member: MemberStatus | undefined, nowMs: number): Place {
  const sinceMs = Date.parse(member?.rotationSince ?? "");
  return {
    rotation: member?.rotation ?? "Waiting",
    sinceMs: Number.isFinite(sinceMs) ? sinceMs : nowMs,
    timesOut: member?.timesOut ?? 0,
  };
}
