/** What was there before us: how we know that it is Prism's, and how long it stays as it was found (ADR-0026). Pure. */
import { isRecord, valueAt } from "../domain/json-object.ts";
import { listAt, textAt } from "../domain/json-read.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { obstaclesOf } from "./adoption-obstacles.ts";
import {
  ADOPTED_ANNOTATION,
  ADOPTED_INTENT_ANNOTATION,
  INTENT_ANNOTATION,
  type Intent,
} from "./ownership.ts";

/** What adoption depends on besides the intent and the live object. */
export interface AdoptionContext {
  readonly owner: KubeObject;
  /** The user asked to let adopted objects go: `prism.io/rollout: now`. */
  readonly rolloutNow: boolean;
  /** Workloads, by name, that run as they were found: what selects their pods stays as it was found, too. */
  readonly heldApps: ReadonlySet<string>;
  /** `ConfigMap/redis-config`: what workloads under our names use, whatever its labels. */
  readonly uses: ReadonlySet<string>;
}

/** Labels by which people say what a pod is (the source's, Kubernetes' recommended one, the oldest). */
const APP_LABELS = ["app", "app.kubernetes.io/name", "k8s-app"];

/** True for a Deployment or StatefulSet. */
export function isWorkload({ kind }: KubeObject): boolean {
  return kind === "StatefulSet" || kind === "Deployment";
}

/**
 * True when something ties an object under our name to the component that we would make it for: its labels, what it
 * selects, scales or routes to, or a workload of ours-to-be that uses it. A name alone says nothing.
 */
export function isTied(live: KubeObject, app: string, uses: ReadonlySet<string>): boolean {
  const labels = [
    live.metadata.labels,
    valueAt(live, ["spec", "selector", "matchLabels"]),
    valueAt(live, ["spec", "selector"]),
    valueAt(live, ["spec", "podSelector", "matchLabels"]),
    valueAt(live, ["spec", "template", "metadata", "labels"]),
  ];
  if (labels.some((one) => carries(one, app))) return true;
  if (textAt(live, "spec", "scaleTargetRef", "name") === app) return true;
  if (live.kind === "Ingress" && servicesOf(live).includes(app)) return true;
  return uses.has(`${live.kind}/${live.metadata.name}`);
}

function carries(labels: unknown, app: string): boolean {
  return (
    isRecord(labels) && APP_LABELS.some((key) => Object.hasOwn(labels, key) && labels[key] === app)
  );
}

function servicesOf(ingress: KubeObject): readonly (string | undefined)[] {
  const paths = listAt(ingress, "spec", "rules").flatMap((rule) => listAt(rule, "http", "paths"));
  return [
    textAt(ingress, "spec", "defaultBackend", "service", "name"),
    ...paths.map((path) => textAt(path, "backend", "service", "name")),
  ];
}

/** Why an object is left as it was found. */
export interface Hold {
  /** What a change would destroy; empty when only nobody has asked for one. */
  readonly obstacles: readonly string[];
}

/** True for what was taken over and is not ours in substance yet. */
export function isAsFound({ metadata: { annotations } }: KubeObject): boolean {
  return annotations?.[INTENT_ANNOTATION] === undefined;
}

/**
 * Whether an object stays as it was found. It does until its own part of the spec changes, and a workload whose data,
 * credentials or pods would be left behind by that until somebody says `prism.io/rollout: now`.
 */
export function holdOf(
  intent: Intent,
  live: KubeObject,
  context: AdoptionContext,
): Hold | undefined {
  if (context.rolloutNow || isOurs(live)) return undefined;
  if (selects(live) && !context.heldApps.has(appOf(intent))) return undefined;
  const obstacles = isWorkload(live) ? obstaclesOf(intent.object, live) : [];
  const isHeld = obstacles.length > 0 || isNew(live, context.owner) || !isAsked(live, intent);
  return isHeld ? { obstacles } : undefined;
}

/** We made it, or changed it to what we want since it was taken over. */
function isOurs({ metadata: { annotations = {} } }: KubeObject): boolean {
  return (
    annotations[ADOPTED_ANNOTATION] === undefined && annotations[INTENT_ANNOTATION] !== undefined
  );
}

/** Not taken over yet, or taken over for this very generation of its owner. */
function isNew({ metadata }: KubeObject, owner: KubeObject): boolean {
  const adopted = metadata.annotations?.[ADOPTED_ANNOTATION];
  return adopted === undefined || adopted === String(owner.metadata.generation ?? 0);
}

/** Its own part of the spec says something else than when it was taken over. */
function isAsked({ metadata }: KubeObject, intent: Intent): boolean {
  return metadata.annotations?.[ADOPTED_INTENT_ANNOTATION] !== intent.hash;
}

/** Kinds that find pods by their labels. */
function selects({ kind }: KubeObject): boolean {
  return kind === "Service" || kind === "PodDisruptionBudget" || kind === "NetworkPolicy";
}

/** The component that a child is of: the name of its workload. */
export function appOf({ object }: Pick<Intent, "object">): string {
  return object.metadata.labels?.["app"] ?? object.metadata.name;
}

/**
 * An intent as it can be applied to this live object: a Service's address never changes, and while the pods behind it
 * run as they were found it selects them as it did.
 */
export function fitted(
  intent: Intent,
  live: KubeObject,
  heldApps: ReadonlySet<string>,
): KubeObject {
  const { object } = intent;
  const spec = object["spec"];
  const liveSpec = live["spec"];
  if (object.kind !== "Service" || !isRecord(spec) || !isRecord(liveSpec)) return object;
  const selector = heldApps.has(appOf(intent)) ? liveSpec["selector"] : undefined;
  const kept = { ...addressOf(spec, liveSpec), ...(isRecord(selector) ? { selector } : {}) };
  return { ...object, spec: { ...spec, ...kept } };
}

type Fields = Readonly<Record<string, unknown>>;

/** The live address where it is another than the intent's; an intent that says nothing of it takes any but none. */
function addressOf(spec: Fields, { clusterIP }: Fields): { readonly clusterIP?: string } {
  if (typeof clusterIP !== "string" || clusterIP === "") return {};
  const wanted = spec["clusterIP"];
  const isFree = wanted === undefined && clusterIP !== "None";
  return isFree || wanted === clusterIP ? {} : { clusterIP };
}

/** What changes with everything that a decision about this child depends on: what a pass may remember as settled. */
export function fingerprintOf(intent: Intent, context: AdoptionContext): string {
  const isHeld = context.heldApps.has(appOf(intent)) && selects(intent.object);
  return isHeld ? `${intent.fingerprint} held` : intent.fingerprint;
}

/** `ConfigMap/redis-config` and the like for everything that a workload's pods mount or read. */
export function usesOf(workload: KubeObject): readonly string[] {
  const pod = valueAt(workload, ["spec", "template", "spec"]);
  const account = textAt(pod, "serviceAccountName");
  const volumes = listAt(pod, "volumes").flatMap((volume) => [
    volume,
    ...listAt(volume, "projected", "sources"),
  ]);
  const containers = [...listAt(pod, "initContainers"), ...listAt(pod, "containers")];
  const read = containers.flatMap((container) => [
    ...listAt(container, "envFrom"),
    ...listAt(container, "env").map((one) => valueAt(one, ["valueFrom"])),
  ]);
  const named = [
    ...volumes.flatMap((one) => [
      ["ConfigMap", textAt(one, "configMap", "name")],
      ["Secret", textAt(one, "secret", "secretName") ?? textAt(one, "secret", "name")],
    ]),
    ...read.flatMap((one) => [
      ["ConfigMap", textAt(one, "configMapRef", "name") ?? textAt(one, "configMapKeyRef", "name")],
      ["Secret", textAt(one, "secretRef", "name") ?? textAt(one, "secretKeyRef", "name")],
    ]),
    ["ServiceAccount", account],
  ];
  return named.flatMap(([kind, name]) => (name === undefined ? [] : [`${kind}/${name}`]));
}
