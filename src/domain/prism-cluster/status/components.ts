import type { ComponentStatus } from "../../../api/prism-cluster-v1alpha2.ts";
import { type Component, STAGES, type Stage } from "../../child.ts";
import type { Guest } from "../../guest.ts";
import type { Health } from "../../health.ts";
import type { ObservedChild, Reconciled } from "../../observation.ts";
import { ADMIN } from "../children/admin-part.ts";
import { PROXY } from "../children/proxy-part.ts";

/** One component with everything that was seen of it. */
export interface ComponentState {
  readonly component: Component;
  /** Name of its workload, as users know it. */
  readonly name: string;
  readonly ready: boolean;
  /** Its workload's counts; undefined for an external backend and for parts without pods. */
  readonly workload: Health | undefined;
  /** Why it is not ready: one word and a sentence. */
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly notes: readonly string[];
  /** One word, where a note tells of something that a person should see to although all is ready. */
  readonly warning: string | undefined;
  /** Whether nothing but a person can help. */
  readonly final: boolean;
  /** Whether its pods are being replaced. */
  readonly rolling: boolean;
}

/** Name under which a component is reported (the source's status example). */
function nameOf(component: Component): string {
  switch (component.kind) {
    case "backend":
      return component.name;
    case "pattern":
      return `${component.name}-runner`;
    case "admin":
      return ADMIN.name;
    case "proxy":
      return PROXY.name;
    case "ingress":
    case "observability":
    case "shared":
      return component.kind;
  }
}

/** The components of a pass, in the order in which their children were rendered. */
export function componentStates(pass: Reconciled): readonly ComponentState[] {
  const groups = Map.groupBy(pass.children, ({ child }) => keyOf(child.component));
  const rendered = [...groups.values()].flatMap((children) => {
    const first = children[0];
    return first === undefined ? [] : [stateOf(pass, first.child.component, children)];
  });
  const others = pass.unmet.filter(({ component }) => !groups.has(keyOf(component)));
  return [
    ...rendered,
    ...others.map(({ component }) => stateOf(pass, component, [])),
    ...pass.guests.map(guestState),
  ];
}

/** A component that another object makes, in that object's own words. */
function guestState(guest: Guest): ComponentState {
  const { component, ready, desired, available, reason, message, starting } = guest;
  return {
    component,
    name: nameOf(component),
    ready,
    workload: { ready, desired, available, updated: available },
    reason,
    message,
    notes: [],
    warning: undefined,
    final: false,
    rolling: starting,
  };
}

function keyOf(component: Component): string {
  return "name" in component ? `${component.kind}/${component.name}` : component.kind;
}

interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly final: boolean;
}

function stateOf(
  pass: Reconciled,
  component: Component,
  children: readonly ObservedChild[],
): ComponentState {
  const name = nameOf(component);
  const workload = children.find(
    ({ child }) => isWorkload(child) && child.object.metadata.name === name,
  );
  const causes = [
    ...outsideCauses(pass, component),
    ...children.flatMap((one) => causeOf(pass, one)),
  ];
  // What only a person can change comes first, then what the pods say; "not created yet" explains nothing.
  const cause =
    causes.find(({ final }) => final) ??
    causes.find(({ reason }) => reason !== "Missing") ??
    causes[0];
  return {
    component,
    name,
    ready: cause === undefined,
    workload: workload?.health,
    reason: cause?.reason,
    message: cause?.message,
    final: cause?.final ?? false,
    warning: children.find(({ warning }) => warning !== undefined)?.warning,
    notes: children.flatMap(({ note }) => (note === undefined ? [] : [note])),
    rolling: children.some(({ health }) => !health.ready && health.updated < health.desired),
  };
}

function isWorkload({ object }: ObservedChild["child"]): boolean {
  return object.kind === "StatefulSet" || object.kind === "Deployment";
}

/** Secrets and programs that the component waits for. */
function outsideCauses(pass: Reconciled, component: Component): readonly Cause[] {
  const isOurs = (one: Component) => keyOf(one) === keyOf(component);
  const missing = pass.missing
    .filter(({ components }) => components.some(isOurs))
    .map(
      ({ secret, keys, path }): Cause =>
        path === undefined
          ? {
              reason: "CredentialsMissing",
              message: `the generated Secret ${secret} is gone while its volumes are there; restore it (${keys})`,
              final: true,
            }
          : {
              reason: "SecretMissing",
              message: `waits for Secret ${secret} with ${keys}`,
              final: false,
            },
    );
  const unmet = pass.unmet
    .filter((need) => isOurs(need.component))
    .map(({ reason, message, comes }): Cause => ({ reason, message, final: comes !== true }));
  return [...missing, ...unmet];
}

function causeOf(
  { heldBy }: Reconciled,
  { child, health, failure }: ObservedChild,
): readonly Cause[] {
  const { kind, metadata } = child.object;
  // The component's name stands in front already, so its own workload needs no further naming.
  const own = isWorkload(child) && metadata.name === nameOf(child.component);
  const named = own ? "" : `${kind} ${metadata.name} `;
  if (failure !== undefined) return [{ ...failure, message: named + failure.message }];
  if (health.ready) return [];
  if (health.reason === "Missing" && heldBy !== undefined && isLater(child.stage, heldBy)) {
    return [{ reason: "Waiting", message: `waits for stage ${heldBy}`, final: false }];
  }
  const message = named + (health.message ?? "is not ready");
  return [{ reason: health.reason ?? "Progressing", message, final: false }];
}

function isLater(stage: Stage, than: Stage): boolean {
  return STAGES.indexOf(stage) > STAGES.indexOf(than);
}

/** Longest message of a component (CRD). */
const MOST = 1024;

/** A component as the status shows it. */
export function componentStatus(state: ComponentState): ComponentStatus {
  const message = [state.message, ...state.notes].filter((one) => one !== undefined).join("; ");
  return {
    name: state.name,
    ready: state.ready,
    replicas: state.workload?.desired ?? 0,
    availableReplicas: state.workload?.available ?? 0,
    ...(message === "" ? {} : { message: message.slice(0, MOST) }),
  };
}
