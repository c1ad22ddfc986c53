/**
 * Whether a live object already is what an intent asks for, without asking the API server: the intent's
 * fields, with the server's way of writing values, next to whatever others have set.
 */
import type { FieldPath } from "../domain/field-path.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { compareQuantities, readQuantity } from "../domain/quantity.ts";

/** The fields by which the items of a list are told apart, by the list's name (`x-kubernetes-list-map-keys`). */
const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  env: ["name"],
  volumes: ["name"],
  imagePullSecrets: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  hostAliases: ["ip"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
  ownerReferences: ["uid"],
};
/** Lists of ports are maps in pods and Services, and atomic in NetworkPolicies. */
const PORT_KEYS: readonly (readonly string[])[] = [
  ["containerPort", "protocol"],
  ["port", "protocol"],
];
/** Maps that are replaced as a whole (`x-kubernetes-map-type: atomic`): a foreign key in them is a change. */
const ATOMIC_MAPS = new Set([
  "selector",
  "podSelector",
  "namespaceSelector",
  "nodeSelector",
  "matchLabels",
]);
/** Values of a list-map's keys that the API server fills in. */
const KEY_DEFAULTS: Readonly<Record<string, string>> = { protocol: "TCP" };
/** Below these fields the API server writes quantities its own way: `1000m` becomes `1`. */
const QUANTITY_PARENTS = new Set(["limits", "requests", "hard"]);
const QUANTITY_FIELDS = new Set(["sizeLimit", "averageValue"]);

/**
 * The paths at which the live object is not what the intent says; empty means that an apply would change
 * nothing of value. Fields and keyed list items that only the live object has are somebody else's.
 * What the intent no longer says is not seen here: the intent's hash tells that.
 */
export function differencesOf(live: KubeObject, intent: KubeObject): FieldPath[] {
  const found: FieldPath[] = [];
  const { metadata, status: _, apiVersion: __, kind: ___, ...body } = intent;
  const comparison = { found };
  const { labels, annotations, ownerReferences, finalizers } = metadata;
  const wanted = { labels, annotations, ownerReferences, finalizers };
  compareFields(live.metadata, wanted, ["metadata"], comparison);
  compareFields(live, body, [], comparison);
  return found;
}

interface Comparison {
  readonly found: FieldPath[];
}

function compare(live: unknown, intent: unknown, path: FieldPath, to: Comparison): void {
  if (intent === undefined) return;
  if (isEmpty(intent) && isEmpty(live)) return;
  if (Array.isArray(intent)) compareLists(live, intent, path, to);
  else if (isRecord(intent)) compareMaps(live, intent, path, to);
  else if (live !== intent && !sameQuantity(live, intent, path)) to.found.push(path);
}

function compareMaps(live: unknown, intent: object, path: FieldPath, to: Comparison): void {
  const isAtomic = ATOMIC_MAPS.has(String(path.at(-1)));
  if (!isRecord(live)) to.found.push(path);
  else if (isAtomic && Object.keys(live).some((field) => !Object.hasOwn(intent, field))) {
    to.found.push(path);
  } else compareFields(live, intent, path, to);
}

function compareFields(live: object, intent: object, path: FieldPath, to: Comparison): void {
  const have = new Map<string, unknown>(Object.entries(live));
  for (const [field, value] of Object.entries(intent)) {
    compare(have.get(field), value, [...path, field], to);
  }
}

function compareLists(
  live: unknown,
  intent: readonly unknown[],
  path: FieldPath,
  to: Comparison,
): void {
  if (!Array.isArray(live)) {
    to.found.push(path);
    return;
  }
  const field = path.at(-1);
  if (field === "finalizers") {
    if (!intent.every((item) => live.includes(item))) to.found.push(path);
    return;
  }
  const keys = keysOf(typeof field === "string" ? field : "", path, intent);
  if (keys === undefined) compareAtomic(live, intent, path, to);
  else compareKeyed({ live, intent, path, keys }, to);
}

/** A list that is replaced as a whole; its items may have got defaults. */
function compareAtomic(
  live: readonly unknown[],
  intent: readonly unknown[],
  path: FieldPath,
  to: Comparison,
): void {
  if (live.length !== intent.length) {
    to.found.push(path);
    return;
  }
  for (const [index, item] of intent.entries()) compare(live[index], item, [...path, index], to);
}

function compareKeyed(
  lists: {
    readonly live: readonly unknown[];
    readonly intent: readonly unknown[];
    readonly path: FieldPath;
    readonly keys: readonly string[];
  },
  to: Comparison,
): void {
  const { live, intent, path, keys } = lists;
  const have = new Map(live.map((item) => [keyOf(item, keys), item]));
  for (const [index, item] of intent.entries()) {
    compare(have.get(keyOf(item, keys)) ?? null, item, [...path, index], to);
  }
}

function keysOf(
  field: string,
  path: FieldPath,
  items: readonly unknown[],
): readonly string[] | undefined {
  if (field !== "ports") return Object.hasOwn(LIST_KEYS, field) ? LIST_KEYS[field] : undefined;
  if (path.includes("ingress") || path.includes("egress")) return undefined;
  return PORT_KEYS.find(([key = ""]) => items.every((item) => isRecord(item) && key in item));
}

function keyOf(item: unknown, keys: readonly string[]): string {
  if (!isRecord(item)) return JSON.stringify(item);
  return JSON.stringify(keys.map((key) => item[key] ?? KEY_DEFAULTS[key]));
}

/** What the API server leaves out when it writes an object. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false)
    return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.values(value).every((part) => part === undefined);
}

function isRecord(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sameQuantity(live: unknown, intent: unknown, path: FieldPath): boolean {
  const isQuantity =
    QUANTITY_PARENTS.has(String(path.at(-2))) || QUANTITY_FIELDS.has(String(path.at(-1)));
  if (!isQuantity) return false;
  const a = readQuantity(live);
  const b = readQuantity(intent);
  return a !== undefined && b !== undefined && compareQuantities(a, b) === 0;
}
