/** Who keeps an object as it is: a change of it by hand would be undone there. */
import { listAt, textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";

/** One owner of an object's content. */
export interface ContentOwner {
  readonly tool: "Argo CD" | "Flux" | "Helm" | "kubectl" | "other";
  /** Application, Kustomization or release; the field manager for others. */
  readonly name: string;
}

/** By the labels and annotations that the tools write, then by field managers. */
export function ownersOf(object: KubeObject): readonly ContentOwner[] {
  const { labels = {}, annotations = {} } = object.metadata;
  const tracked = annotations["argocd.argoproj.io/tracking-id"]?.split(":")[0];
  const named: readonly (readonly [ContentOwner["tool"], string | undefined])[] = [
    ["Argo CD", tracked ?? labels["argocd.argoproj.io/instance"]],
    ["Flux", labels["kustomize.toolkit.fluxcd.io/name"]],
    ["Flux", labels["helm.toolkit.fluxcd.io/name"]],
    ["Helm", annotations["meta.helm.sh/release-name"]],
  ];
  const owners = named.flatMap(([tool, name]) => (name === undefined ? [] : [{ tool, name }]));
  return owners.length > 0 ? owners : managersOf(object);
}

function managersOf(object: KubeObject): readonly ContentOwner[] {
  const names = listAt(object, "metadata", "managedFields")
    .filter((one) => textAt(one, "subresource") === undefined)
    .flatMap((one) => textAt(one, "manager") ?? [])
    .filter((name) => !name.startsWith("prism-operator"));
  return [...new Set(names)].map((name) => ({
    tool: name.startsWith("kubectl") ? "kubectl" : "other",
    name,
  }));
}

/** API versions that anybody still writes this object in. */
export function writtenVersions(
  object: KubeObject,
): readonly { readonly version: string; readonly manager: string }[] {
  return listAt(object, "metadata", "managedFields").flatMap((one) => {
    const version = textAt(one, "apiVersion");
    const manager = textAt(one, "manager");
    const isStatus = textAt(one, "subresource") !== undefined;
    return version === undefined || manager === undefined || isStatus ? [] : [{ version, manager }];
  });
}
