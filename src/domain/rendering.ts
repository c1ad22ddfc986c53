import type { Kind } from "./kind.ts";
import type { KubeObject } from "./kube-object.ts";
import { renderedCluster } from "./prism-cluster/rendered.ts";
import { renderedNamespace } from "./prism-namespace/rendered.ts";
import { renderedPattern } from "./prism-pattern/rendered.ts";
import type { RenderedKind, Status } from "./rendered-kind.ts";

const RENDERED: Readonly<Record<string, RenderedKind<KubeObject, Status>>> = {
  PrismCluster: renderedCluster,
  PrismPattern: renderedPattern,
  PrismNamespace: renderedNamespace,
};

/** How the objects of a kind become children; undefined for one that has a controller of its own (`src/controllers.ts`). */
export function renderedOf({
  kind,
}: Pick<Kind, "kind">): RenderedKind<KubeObject, Status> | undefined {
  return Object.hasOwn(RENDERED, kind) ? RENDERED[kind] : undefined;
}
