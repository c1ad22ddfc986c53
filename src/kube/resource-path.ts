import type { Resource } from "../controller/resource.ts";

/** Path of a collection; `namespace` undefined means all of them, or a cluster-scoped resource. */
export function collectionPath(resource: Resource, namespace: string | undefined): string {
  const group =
    resource.group === ""
      ? `/api/${resource.version}`
      : `/apis/${resource.group}/${resource.version}`;
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${group}${scope}/${resource.plural}`;
}

/** Path of one object, or of its subresource. */
export function objectPath(
  resource: Resource,
  key: { readonly namespace?: string; readonly name: string },
  subresource?: "status" | "scale",
): string {
  const path = `${collectionPath(resource, key.namespace)}/${encodeURIComponent(key.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}
