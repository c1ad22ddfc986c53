import type { KubeObject } from "./kube-object.ts";

/** The objects of our own kinds, in every namespace that is watched: what one of them may be rendered with. */
export interface Family {
  /** Objects of a kind in one namespace, in no order. */
  in(kind: string, namespace: string): readonly KubeObject[];
  /** Objects of a kind everywhere, in no order. */
  all(kind: string): readonly KubeObject[];
  /** Labels of a Kubernetes namespace; undefined while it is not there, or where nobody lets us look. */
  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined;
}

/** No other object is there. */
export const ALONE: Family = { in: () => [], all: () => [], namespaceLabels: () => undefined };
