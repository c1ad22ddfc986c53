import type { KubeObject } from "./kube-object.ts";

/** The objects of our own kinds, in every namespace that is watched: what one of them may be rendered with. */
export interface Family {
  /** Objects of a kind in one namespace, in no order. */
  in(kind: string, namespace: string): readonly KubeObject[];
  /** Objects of a kind everywhere, in no order. */
  all(kind: string): readonly KubeObject[];
}

/** No other object is there. */
export const ALONE: Family = { in: () => [], all: () => [] };
