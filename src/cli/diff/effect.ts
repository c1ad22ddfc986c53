/** What a change of children comes to: what is made, what goes, and whose pods are replaced. */
import { isObject, type JsonObject } from "../../../schemas/json.ts";
import type { Component } from "../../domain/child.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import type { RenderedChild } from "../render/rendering.ts";
import { type Difference, differences } from "./difference.ts";

/**
 * `restart`: pods are replaced, one after the other. `replace`: the workload is made anew, as a field of it may not
 * change. `resize`: volumes grow under running pods. `keep`: no longer wanted, and kept with what it holds.
 */
export type Action =
  | "create"
  | "restart"
  | "replace"
  | "scale"
  | "resize"
  | "update"
  | "delete"
  | "keep";

/** What happens to one child. */
export interface Effect {
  readonly action: Action;
  readonly kind: string;
  readonly name: string;
  readonly stage: string;
  /** `backend redis`. */
  readonly component: string;
  /** Whose pods are replaced, made or go; undefined where an autoscaler decides. */
  readonly pods?: number;
  /** Fields that cause it. */
  readonly because: readonly Difference[];
}

/** Effects in the order of stages, deletions last; none where one side cannot be rendered. */
export function effectsOf(
  before: readonly RenderedChild[] | undefined,
  after: readonly RenderedChild[] | undefined,
): readonly Effect[] {
  if (before === undefined || after === undefined) return [];
  const old = new Map(before.map((child) => [identityOf(child.object), child]));
  const now = new Set(after.map(({ object }) => identityOf(object)));
  const gone = before.filter(({ object }) => !now.has(identityOf(object)));
  return [
    ...after.flatMap((child) => {
      const former = old.get(identityOf(child.object));
      return former === undefined ? [effect("create", child, [])] : changed(former, child);
    }),
    ...gone.map((child) =>
      effect(child.child.lifetime === "retained" ? "keep" : "delete", child, []),
    ),
  ];
}

function changed(former: RenderedChild, child: RenderedChild): readonly Effect[] {
  const because = differences(asJson(former.object), asJson(child.object));
  if (because.length === 0) return [];
  const actions = WORKLOADS.has(child.object.kind) ? workloadActions(because) : ["update" as const];
  return actions.map((action) =>
    effect(
      action,
      child,
      because.filter((one) => actions.length === 1 || actionOf(one) === action),
    ),
  );
}

const WORKLOADS: ReadonlySet<string> = new Set(["Deployment", "StatefulSet"]);

function workloadActions(because: readonly Difference[]): readonly Action[] {
  const actions = new Set(because.map(actionOf));
  return actions.size > 1 ? [...actions].filter((action) => action !== "update") : [...actions];
}

/** What the field of a workload makes the API server and its controllers do. */
function actionOf({ field }: Difference): Action {
  if (field.startsWith("spec.template")) return "restart";
  if (field.startsWith("spec.volumeClaimTemplates")) return "resize";
  if (field === "spec.replicas") return "scale";
  const isFixed = /^spec\.(selector|serviceName|podManagementPolicy)/.test(field);
  return isFixed ? "replace" : "update";
}

function effect(
  action: Action,
  { child, object }: RenderedChild,
  because: readonly Difference[],
): Effect {
  const pods = podsOf(object);
  return {
    action,
    kind: object.kind,
    name: object.metadata.name,
    stage: child.stage,
    component: componentName(child.component),
    ...(pods === undefined ? {} : { pods }),
    because,
  };
}

function podsOf(object: KubeObject): number | undefined {
  if (!WORKLOADS.has(object.kind)) return undefined;
  const spec = asJson(object)["spec"];
  const replicas = isObject(spec) ? spec["replicas"] : undefined;
  return typeof replicas === "number" ? replicas : undefined;
}

/** `backend redis`, `admin`. */
function componentName(component: Component): string {
  return "name" in component ? `${component.kind} ${component.name}` : component.kind;
}

function identityOf({ apiVersion, kind, metadata }: KubeObject): string {
  return JSON.stringify([apiVersion.replace(/\/.*$/, ""), kind, metadata.name]);
}

/** Children are made of JSON. */
function asJson(object: KubeObject): JsonObject {
  const value: unknown = object;
  if (!isObject(value)) throw new TypeError("an object was expected");
  return value;
}
