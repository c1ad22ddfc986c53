/** What the operator would do for an object in this cluster now: its own decisions, and none of its writes. */
import { createHash } from "node:crypto";
import { mayRolloutNow } from "../../controller/annotations.ts";
import { type Decision, decide } from "../../controller/apply-decision.ts";
import { heldStandIn } from "../../controller/child-applier.ts";
import { gatherFacts, type Settings } from "../../controller/facts.ts";
import { foreignIn } from "../../controller/foreign-workloads.ts";
import { type Intent, intentOf, isOwnedBy } from "../../controller/ownership.ts";
import { heldApps } from "../../controller/stage-pass.ts";
import type { Component } from "../../domain/child.ts";
import type { Family } from "../../domain/family.ts";
import { type FieldPath, printPath } from "../../domain/field-path.ts";
import { isRecord } from "../../domain/json-object.ts";
import { textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { CLUSTER_DOMAIN, IMAGES_REGISTRY, PRISM_VERSION } from "../../domain/prism-release.ts";
import { renderedOf } from "../../domain/rendering.ts";
import { SETTINGS_ANNOTATION } from "../../kube/lease.ts";
import { isOperatorLease } from "../cluster/gather.ts";
import type { OpenCluster } from "../cluster/open-world.ts";
import { objectNamed, objectsOf, type World } from "../cluster/world.ts";
import { CommandFailed } from "../frame/exit-code.ts";
import type { OwnKind } from "../manifest/own-kind.ts";
import { worldCache } from "./world-cache.ts";

/** `take`: owner and labels, the rest as it was found. `remake`: deleted and made again. `remove`: no longer wanted. */
export type StepAction =
  | "create"
  | "none"
  | "take"
  | "update"
  | "remake"
  | "conflict"
  | "wait"
  | "remove";

/** What would be done about one child. */
export interface Step {
  readonly action: StepAction;
  readonly kind: string;
  readonly name: string;
  /** `backend redis`. */
  readonly component: string;
  /** True when its pods would be replaced. */
  readonly restarts: boolean;
  /** Fields that differ from what is wanted. */
  readonly differences: readonly string[];
  /** Why: whose it is, what a change would leave behind. */
  readonly reasons: readonly string[];
}

/** The steps, and what could not be said. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}

/** The objects that one may be rendered with, as far as they were gathered. */
function familyIn(world: World): Family {
  return {
    in: (kind, namespace) => objectsOf(world, kind, namespace),
    all: (kind) => objectsOf(world, kind),
    namespaceLabels: (name) => objectNamed(world, "Namespace", name, "")?.metadata.labels,
  };
}

/** Plans for an object of the hub version; `owner` is what is stored of it, or itself when nothing is. */
export async function livePlan(
  own: OwnKind,
  hub: KubeObject,
  { world, cluster }: { readonly world: World; readonly cluster: OpenCluster },
): Promise<Plan> {
  const { kind } = own.kind;
  const rendered = renderedOf(own.kind);
  if (rendered === undefined) return { steps: [], notes: [`a ${kind} has no children of its own`] };
  const verdict = own.validator.judge(hub, {});
  if (verdict.kind === "invalid") {
    const faults = verdict.problems.map(({ path, message }) => `${printPath(path)}: ${message}`);
    return { steps: [], notes: faults };
  }
  const { namespace = "", name } = hub.metadata;
  const cache = worldCache(world, cluster.reader, cluster.signal);
  const family = familyIn(world);
  const referenced = rendered.referencedObjects(verdict.object, family);
  const facts = await gatherFacts(cache, settingsIn(world), namespace, referenced);
  if (!facts.ok) {
    throw new CommandFailed(`cannot say what would be done: ${facts.failure.message}`, {
      exit: "failed",
    });
  }
  const stored = objectNamed(world, hub.kind, name, namespace);
  const owner = ownerOf(hub, stored);
  const children = rendered.desiredChildren(verdict.object, facts.value) ?? [];
  const intents = children.map((child) => withoutValues(intentOf(child, owner, digest)));
  const missing = rendered.missingSecrets(verdict.object, facts.value);
  const notes = [
    ...missing.map(({ secret, keys }) => `Secret ${secret} with ${keys} is not there yet`),
    ...rendered.unmetNeeds(verdict.object, facts.value).map(({ message }) => message),
  ];
  const foreign = foreignIn(
    [...objectsOf(world, "Deployment", namespace), ...objectsOf(world, "StatefulSet", namespace)],
    intents,
    owner,
  );
  const adoption = { owner, rolloutNow: mayRolloutNow(hub), uses: foreign.uses };
  const context = { ...adoption, heldApps: heldApps(intents, { ...adoption, cache, foreign }) };
  const steps = intents.map((intent) => {
    const conflict = foreign.conflicts.get(intent.object.metadata.name);
    const live =
      heldStandIn(intent, { ...context, cache, foreign }) ??
      objectNamed(world, intent.object.kind, intent.object.metadata.name, namespace);
    if (conflict !== undefined && isWork(intent)) return conflictStep(intent, conflict);
    return stepOf(intent, decide(intent, live, context), live);
  });
  return { steps: [...steps, ...removals(world, stored, intents)], notes };
}

function isWork({ object: { kind } }: Intent): boolean {
  return kind === "Deployment" || kind === "StatefulSet";
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** The next generation, when the spec changes: what is adopted asks for it. */
function ownerOf(hub: KubeObject, stored: KubeObject | undefined): KubeObject {
  if (stored === undefined)
    return { ...hub, metadata: { ...hub.metadata, uid: "", generation: 1 } };
  const isSame = JSON.stringify(stored["spec"]) === JSON.stringify(hub["spec"]);
  const generation = (stored.metadata.generation ?? 0) + (isSame ? 0 : 1);
  const { uid = "" } = stored.metadata;
  return { ...hub, metadata: { ...hub.metadata, uid, generation } };
}

/** Values of Secrets stay in the cluster: what they hold is not compared. */
function withoutValues(intent: Intent): Intent {
  if (intent.object.kind !== "Secret") return intent;
  const { data: _, stringData: __, type: ___, ...object } = intent.object;
  return { ...intent, object };
}

/** What the leading operator renders with, by its Lease; without one what its release renders with. */
function settingsIn(world: World): Settings {
  const lease = world.objects.find(
    (one) => isOperatorLease(one) && one.metadata.annotations?.[SETTINGS_ANNOTATION] !== undefined,
  );
  const told = readSettings(lease?.metadata.annotations?.[SETTINGS_ANNOTATION]);
  const mirror = textAt(told, "mirror");
  return {
    images: {
      registry: textAt(told, "registry") ?? IMAGES_REGISTRY,
      tag: textAt(told, "tag") ?? PRISM_VERSION,
      ...(mirror === undefined ? {} : { mirror }),
    },
    clusterDomain: textAt(told, "clusterDomain") ?? CLUSTER_DOMAIN,
    digest,
  };
}

function readSettings(text: string | undefined): unknown {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

const ACTIONS: Readonly<Record<Decision["kind"], StepAction>> = {
  create: "create",
  agrees: "none",
  deleting: "wait",
  update: "update",
  recreate: "remake",
  adopt: "take",
  conflict: "conflict",
};

function stepOf(intent: Intent, decision: Decision, live: KubeObject | undefined): Step {
  const { metadata } = intent.object;
  const differences = "differences" in decision ? decision.differences : [];
  const isTemplate = (path: FieldPath): boolean => path[0] === "spec" && path[1] === "template";
  const restarts = decision.kind === "update" && isWork(intent) && differences.some(isTemplate);
  const isKept = decision.kind === "adopt" && decision.isTaken;
  const reasons = [
    ...(decision.kind === "conflict" ? [decision.reason] : []),
    ...(decision.kind === "adopt" ? decision.obstacles : []),
  ];
  return {
    action: isKept ? "none" : ACTIONS[decision.kind],
    kind: live?.kind ?? intent.object.kind,
    name: metadata.name,
    component: componentName(intent.child.component),
    restarts:
      restarts ||
      (decision.kind === "recreate" && (!decision.keepsPods || differences.some(isTemplate))),
    differences: differences.map(printPath),
    reasons,
  };
}

function conflictStep({ object, child }: Intent, reason: string): Step {
  return {
    action: "conflict",
    kind: object.kind,
    name: object.metadata.name,
    component: componentName(child.component),
    restarts: false,
    differences: [],
    reasons: [reason],
  };
}

/** What it owns and would not want any more. */
function removals(
  world: World,
  stored: KubeObject | undefined,
  intents: readonly Intent[],
): readonly Step[] {
  if (stored === undefined) return [];
  const wanted = new Set(intents.map(({ object }) => `${object.kind}/${object.metadata.name}`));
  const names = new Set(intents.filter(isWork).map(({ object }) => object.metadata.name));
  return world.objects
    .filter((one) => one.metadata.namespace === stored.metadata.namespace && isOwnedBy(one, stored))
    .filter(
      ({ kind, metadata }) => !wanted.has(`${kind}/${metadata.name}`) && kind !== "ReplicaSet",
    )
    .filter(
      ({ kind, metadata }) =>
        !((kind === "Deployment" || kind === "StatefulSet") && names.has(metadata.name)),
    )
    .map(({ kind, metadata }) => ({
      action: "remove",
      kind,
      name: metadata.name,
      component: metadata.labels?.["app.kubernetes.io/component"] ?? "",
      restarts: false,
      differences: [],
      reasons: ["is no longer wanted"],
    }));
}

function componentName(component: Component): string {
  return "name" in component ? `${component.kind} ${component.name}` : component.kind;
}
