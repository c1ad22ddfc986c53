/** Puts the bundle into the objects that tell the API server whom to trust (TLS-8); pure, as JSON patches (RFC 6902). */
import { includesAll, mergeBundles } from "./bundle.ts";

/** One operation of a JSON patch. */
export type InjectionOperation =
  | { readonly op: "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "add"; readonly path: string; readonly value: string };

/** A clientConfig within an object: where it is, and what proves that it is still the one we read. */
interface Slot {
  readonly path: string;
  readonly bundle: string;
  readonly guard?: InjectionOperation;
}

/**
 * The operations that make every clientConfig of a webhook configuration or CustomResourceDefinition trust `bundle`;
 * empty when they all do. Foreign anchors stay until they expire. Writes nothing but `caBundle`.
 */
export function injectionPatch(
  object: unknown,
  bundle: string,
  nowMs: number,
): readonly InjectionOperation[] {
  const operations: InjectionOperation[] = [];
  for (const slot of slotsOf(object)) {
    if (includesAll(slot.bundle, bundle)) continue;
    const merged = mergeBundles(bundle, slot.bundle, nowMs);
    if (slot.guard) operations.push(slot.guard);
    const value = Buffer.from(merged).toString("base64");
    operations.push({ op: "add", path: `${slot.path}/caBundle`, value });
  }
  if (operations.length === 0) return operations;
  const resourceVersion = get(object, "metadata", "resourceVersion");
  return [{ op: "test", path: "/metadata/resourceVersion", value: resourceVersion }, ...operations];
}

/** What each clientConfig of an object tells the API server to trust, PEM; empty where it says nothing. */
export function bundlesOf(object: unknown): readonly string[] {
  return slotsOf(object).map(({ bundle }) => bundle);
}

function slotsOf(object: unknown): readonly Slot[] {
  const webhooks = get(object, "webhooks");
  if (Array.isArray(webhooks)) {
    return webhooks.map((webhook, index) => ({
      path: `/webhooks/${index}/clientConfig`,
      bundle: decode(get(webhook, "clientConfig", "caBundle")),
      guard: { op: "test", path: `/webhooks/${index}/name`, value: get(webhook, "name") },
    }));
  }
  const client = get(object, "spec", "conversion", "webhook", "clientConfig");
  if (client === undefined) return [];
  return [
    {
      path: "/spec/conversion/webhook/clientConfig",
      bundle: decode(get(client, "caBundle")),
    },
  ];
}

function decode(base64: unknown): string {
  return typeof base64 === "string" ? Buffer.from(base64, "base64").toString("latin1") : "";
}

function get(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}
