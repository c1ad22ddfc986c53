import type { Child, Component, Lifetime, Stage } from "../../child.ts";
import type { JsonObject } from "../../kube-object.ts";
import { compact } from "./compact.ts";
import type { Stack } from "./stack.ts";

/** A part of the deployment: one workload and everything that belongs to it. */
export interface Part {
  /** Name of the workload, value of its `app` label and prefix of its other objects. */
  readonly name: string;
  /** Which program it is, for app.kubernetes.io/name. */
  readonly program: string;
  readonly stage: Stage;
  readonly component: Component;
}

/** What a renderer says of an object; labels and namespace come from the part. */
export interface Draft {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly lifetime?: Lifetime;
  readonly stage?: Stage;
  readonly body: JsonObject;
}

/** The selector of the source: it never changes, since a workload's selector is immutable. */
export function selectorOf(part: Part): { readonly app: string } {
  return { app: part.name };
}

/** Labels that never change while the object lives; the only ones a claim template may carry. */
export function lastingLabels(cluster: string, part: Part): Record<string, string> {
  return {
    app: part.name,
    "managed-by": "prism-operator",
    "app.kubernetes.io/managed-by": "prism-operator",
    "app.kubernetes.io/part-of": "prism",
    "prism.io/cluster": cluster,
  };
}

/** All labels of a part's objects (Kubernetes' recommended labels, and the source's). */
export function labelsOf(cluster: string, part: Part): Record<string, string> {
  return {
    ...lastingLabels(cluster, part),
    "app.kubernetes.io/name": part.program,
    "app.kubernetes.io/instance": cluster,
    "app.kubernetes.io/component": part.component.kind,
  };
}

/** Tells a tenant's objects from those of its cluster. */
export function tenantLabel({ tenant }: Stack): Record<string, string> {
  return tenant === undefined ? {} : { [TENANT_LABEL]: tenant.name };
}

/** Name of the PrismNamespace whose an object is. */
export const TENANT_LABEL = "prism.io/tenant";

/** Makes a child of a draft. User labels never win over ours. */
export function childOf(stack: Stack, part: Part, draft: Draft): Child {
  return {
    stage: draft.stage ?? part.stage,
    component: part.component,
    lifetime: draft.lifetime ?? "owned",
    object: {
      apiVersion: draft.apiVersion,
      kind: draft.kind,
      metadata: {
        name: draft.name ?? part.name,
        namespace: stack.namespace,
        labels: { ...draft.labels, ...labelsOf(stack.name, part), ...tenantLabel(stack) },
        ...(draft.annotations === undefined ? {} : { annotations: draft.annotations }),
      },
      ...compact(draft.body),
    },
  };
}
