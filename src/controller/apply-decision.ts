import { type FieldPath, printPath } from "../domain/field-path.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { type AdoptionContext, appOf, fitted, holdOf, isTied } from "./adoption.ts";
import { losesPods } from "./adoption-obstacles.ts";
import { differencesOf } from "./intent-difference.ts";
import {
  ADOPTED_ANNOTATION,
  controllerOf,
  hasReplicas,
  INTENT_ANNOTATION,
  type Intent,
  isOwnedBy,
  REPLICAS_ANNOTATION,
} from "./ownership.ts";

/** What to do about one child, given what is there under its name. */
export type Decision =
  | { readonly kind: "create" }
  /** The live object says what the intent says. */
  | { readonly kind: "agrees" }
  /** It is going away; its end is an event. */
  | { readonly kind: "deleting" }
  /** Apply; `first` keeps the live number of replicas while an autoscaler takes over (REC-5). */
  | {
      readonly kind: "update";
      readonly keepReplicas: number | undefined;
      readonly differences: readonly FieldPath[];
    }
  /** A field that the API server never changes: delete, leaving the pods where they will be ours, and create again (REC-6). */
  | {
      readonly kind: "recreate";
      readonly differences: readonly FieldPath[];
      readonly keepsPods: boolean;
    }
  /** What somebody else set up: take owner and labels, leave the rest as it was found (ADR-0026). */
  | {
      readonly kind: "adopt";
      readonly differences: readonly FieldPath[];
      /** What a change would leave behind. */
      readonly obstacles: readonly string[];
      /** Owner and labels are ours already. */
      readonly isTaken: boolean;
    }
  /** Not ours and not to be taken; `reason` names the owner. */
  | { readonly kind: "conflict"; readonly reason: string };

/** What a decision depends on besides the intent and the live object. */
export type DecisionContext = AdoptionContext;

/** Fields that may not change (ValidateStatefulSetUpdate, ValidateDeploymentUpdate, ValidateRoleBindingUpdate). */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  RoleBinding: ["roleRef"],
  StatefulSet: ["selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates"],
  Deployment: ["selector"],
};

/** Decides about one child; pure. */
export function decide(
  intent: Intent,
  live: KubeObject | undefined,
  context: DecisionContext,
): Decision {
  if (live === undefined) return { kind: "create" };
  if (live.metadata.deletionTimestamp !== undefined) return { kind: "deleting" };
  const conflict = conflictOf(intent, live, context);
  if (conflict !== undefined) return { kind: "conflict", reason: conflict };
  if (intent.child.lifetime === "retained") return { kind: "agrees" };
  const wanted = fitted(intent, live, context.heldApps);
  const differences = differencesOf(live, wanted).filter((path) => !isBookkeeping(path));
  const isSame = live.metadata.annotations?.[INTENT_ANNOTATION] === intent.hash;
  if (isSame && differences.length === 0) return { kind: "agrees" };
  return changeOf(intent, live, differences, context);
}

/** Who says the number of replicas is noted with the next write, and no reason for one. */
function isBookkeeping(path: FieldPath): boolean {
  return path[0] === "metadata" && path[2] === REPLICAS_ANNOTATION;
}

function changeOf(
  intent: Intent,
  live: KubeObject,
  differences: readonly FieldPath[],
  context: DecisionContext,
): Decision {
  const body = differences.filter((path) => path[0] !== "metadata");
  const hold = body.length > 0 ? holdOf(intent, live, context) : undefined;
  if (hold !== undefined) {
    const isMarked = live.metadata.annotations?.[ADOPTED_ANNOTATION] !== undefined;
    const isTaken = isMarked && isOwnedBy(live, context.owner);
    return { kind: "adopt", differences: templateFirst(body), isTaken, ...hold };
  }
  const immutable = IMMUTABLE[intent.object.kind] ?? [];
  const fixed = differences.filter((path) =>
    immutable.includes(String(path[0] === "spec" ? path[1] : path[0])),
  );
  if (fixed.length > 0) {
    return { kind: "recreate", differences: fixed, keepsPods: !losesPods(intent.object, live) };
  }
  return { kind: "update", keepReplicas: replicasToKeep(intent, live), differences };
}

/** What pods would be replaced for is what people ask about. */
function templateFirst(differences: readonly FieldPath[]): readonly FieldPath[] {
  const isTemplate = (path: FieldPath): boolean => path[1] === "template";
  return [...differences.filter(isTemplate), ...differences.filter((path) => !isTemplate(path))];
}

/** The number of replicas to hold while our intent stops saying one; undefined when nothing is to be held. */
function replicasToKeep(intent: Intent, live: KubeObject): number | undefined {
  const isWorkload = live.kind === "Deployment" || live.kind === "StatefulSet";
  if (!isWorkload || hasReplicas(intent.object)) return undefined;
  if (live.metadata.annotations?.[REPLICAS_ANNOTATION] === "autoscaler") return undefined;
  const spec = live["spec"];
  return typeof spec === "object" && spec !== null && "replicas" in spec
    ? Number(spec.replicas)
    : undefined;
}

/** Why an object under our name is not ours; undefined when it is, or may become so. */
function conflictOf(
  intent: Intent,
  live: KubeObject,
  { owner, uses }: DecisionContext,
): string | undefined {
  const controller = controllerOf(live);
  if (controller !== undefined && controller.uid !== owner.metadata.uid) {
    const isFormer = controller.kind === owner.kind && controller.name === owner.metadata.name;
    return isFormer ? undefined : `is controlled by ${controller.kind} "${controller.name}"`;
  }
  const { labels } = live.metadata;
  if (labels?.["managed-by"] === "prism-operator" || controller !== undefined) return undefined;
  const app = appOf(intent);
  if (isTied(live, app, uses)) return undefined;
  return `exists and is not ours; label it app=${app} to hand it over`;
}

/** The difference as a person reads it: at most three paths. */
export function describeDifferences(differences: readonly FieldPath[]): string {
  const shown = differences.slice(0, 3).map(printPath).join(", ");
  return differences.length > 3 ? `${shown} and ${differences.length - 3} more` : shown;
}
