import type { Pattern } from "../../../api/prism-cluster-v1alpha2.ts";
import { patternType } from "./runner-part.ts";
import type { Stack } from "./stack.ts";

/** `<registry>/<program>:<tag>`, from the object where it says so, else from the operator's options. */
function prismImage(stack: Stack, program: string): string {
  const { images = {} } = stack.spec;
  const { registry = stack.facts.images.registry, tag = stack.facts.images.tag } = images;
  return `${registry}/${program}:${tag}`;
}

/** Admin's own image, that of `images`, or `<registry>/prism-admin`. */
export function adminImage(stack: Stack): string {
  return stack.spec.admin?.image ?? stack.spec.images?.admin ?? prismImage(stack, "prism-admin");
}

/** The proxy's own image, that of `images`, or `<registry>/prism-proxy`. */
export function proxyImage(stack: Stack): string {
  return stack.spec.proxy?.image ?? stack.spec.images?.proxy ?? prismImage(stack, "prism-proxy");
}

/** The pattern's own image, that of its type, or `<registry>/<type>-runner`. */
export function runnerImage(stack: Stack, pattern: Pattern): string {
  const type = patternType(pattern);
  const byType = new Map(Object.entries(stack.spec.images?.runners ?? {}));
  return pattern.image ?? byType.get(type) ?? prismImage(stack, `${type}-runner`);
}
