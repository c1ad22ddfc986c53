import type { Child, Lifetime } from "../../child.ts";
import { base64 } from "./base64.ts";
import { childOf, type Part } from "./part.ts";
import type { Stack } from "./stack.ts";

type Data = Readonly<Record<string, string>>;

/** Sorted copy, so that equal data is equal text. */
function sorted(data: Data): Record<string, string> {
  return Object.fromEntries(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A ConfigMap of the first stage. */
export function configMap(stack: Stack, part: Part, name: string, data: Data): Child {
  return childOf(stack, part, {
    apiVersion: "v1",
    kind: "ConfigMap",
    name,
    stage: "config",
    body: { data: sorted(data) },
  });
}

/** A Secret of the first stage, written as `data`. */
export function secret(
  stack: Stack,
  part: Part,
  name: string,
  data: Data,
  lifetime: Lifetime = "owned",
): Child {
  const encoded = Object.entries(sorted(data)).map(([key, value]) => [key, base64(value)]);
  return childOf(stack, part, {
    apiVersion: "v1",
    kind: "Secret",
    name,
    lifetime,
    stage: "config",
    body: { type: "Opaque", data: Object.fromEntries(encoded) },
  });
}
