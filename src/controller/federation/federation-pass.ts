/** One pass over a federation: who is in rotation, what is published, what the status says. */
import type { KubeObject } from "../../domain/kube-object.ts";
import { pauseOf } from "../../domain/pause.ts";
import { rotationPolicyOf } from "../../domain/prism-federation/policy.ts";
import { type Place, rotate } from "../../domain/prism-federation/rotation.ts";
import type {
  FederationObservation,
  MemberView,
} from "../../domain/prism-federation/status/observation.ts";
import { previousStatus } from "../../domain/prism-federation/status/previous.ts";
import type { Outcome } from "../../engine/outcome.ts";
import type { ApiFailure } from "../api-result.ts";
import { addFinalizer, hasFinalizer } from "../finalizer.ts";
import { type FederationContext, isPausedNow, type ValidFederation } from "./federation-context.ts";
import { reportFederation } from "./federation-report.ts";
import { memberTasks } from "./member-looks.ts";
import { memberState } from "./member-memory.ts";
import type { MemberTask } from "./member-task.ts";
import { publishRouting } from "./routing-objects.ts";

/** Does what is to be done here; looks at members happen beside it. */
export async function federationPass(
  context: FederationContext,
  signal: AbortSignal,
): Promise<Outcome> {
  const { object, verdict, writer } = context;
  if (verdict.kind === "invalid") {
    const { problems } = verdict;
    return ended(context, await reportFederation(context, { kind: "invalid", problems }, signal));
  }
  if (!isPausedNow(context) && !hasFinalizer(object)) {
    const added = await addFinalizer(object, writer, signal);
    if (!added.ok) return failed(context, added.failure);
  }
  const tasks = memberTasks(context);
  dropMembers(context, tasks);
  const observed = await observe(context, verdict.object, tasks, signal);
  if (!observed.ok) return failed(context, observed.failure);
  const failure = await reportFederation(context, observed.value, signal);
  // Only now that the status names them: a member that we wrote to must never be forgotten.
  if (failure === undefined) await wakeMembers(context, tasks);
  return ended(context, failure);
}

type Observed =
  | { readonly ok: true; readonly value: FederationObservation }
  | { readonly ok: false; readonly failure: ApiFailure };

async function observe(
  context: FederationContext,
  federation: ValidFederation,
  tasks: readonly MemberTask[],
  signal: AbortSignal,
): Promise<Observed> {
  const { object, passes } = context;
  if (isPausedNow(context)) {
    return { ok: true, value: { kind: "paused", members: viewsOf(context, tasks) } };
  }
  moveMembers(context, federation, tasks);
  const members = viewsOf(context, tasks);
  const traffic = tasks.flatMap(({ plan, name }) => {
    const member = members.find((one) => one.name === name);
    if (plan === undefined || member === undefined) return [];
    return [{ plan, isIn: member.place.rotation === "In", addresses: member.addresses }];
  });
  const wrote = (action: "created" | "updated" | "deleted", child: KubeObject): void => {
    passes.wrote(action, child);
    context.log.info(
      { ...fieldsOf(context), [child.kind.toLowerCase()]: child.metadata.name },
      `${VERBS[action]} ${child.kind}`,
    );
  };
  const routing = await publishRouting(federation, object, traffic, { ...context, wrote }, signal);
  if (!routing.ok) return routing;
  const hasTemplate = federation.spec.template !== undefined;
  const value = { kind: "observed", members, hasTemplate, routing: routing.value } as const;
  return { ok: true, value };
}

const VERBS = { created: "Created", updated: "Updated", deleted: "Deleted" } as const;

/** Moves members in and out of rotation by what was seen of them. */
function moveMembers(
  context: FederationContext,
  federation: ValidFederation,
  tasks: readonly MemberTask[],
): void {
  const nowMs = context.wallClock().getTime();
  const states = tasks
    .filter(({ plan }) => plan !== undefined)
    .map(({ name }) => ({ name, state: stateOf(context, name) }));
  const rotating = states.map(({ name, state: { place, tally } }) => ({ name, place, tally }));
  const places = rotate(rotating, rotationPolicyOf(federation.spec.routing), nowMs);
  for (const { name, state } of states) {
    const place = places.get(name) ?? state.place;
    const before = state.place;
    state.place = place;
    if (before.rotation !== place.rotation) tellMove(context, name, before, place);
  }
}

function tellMove(context: FederationContext, member: string, before: Place, after: Place): void {
  const { log, events, object, observer } = context;
  const isOut = after.rotation === "Out";
  observer.moved(isOut ? "out" : "in");
  const message = isOut ? "A member is taken out of routing" : "A member is taken into routing";
  log[isOut ? "warn" : "info"]({ ...fieldsOf(context), member }, message);
  if (before.rotation === "Waiting") return;
  const look = stateOf(context, member).look;
  const why = look?.kind === "unknown" ? `: ${look.message}` : "";
  events(object, {
    type: isOut ? "Warning" : "Normal",
    reason: isOut ? "MemberOut" : "MemberBack",
    action: "Route",
    note: isOut ? `${member} is taken out of routing${why}` : `${member} is back in routing`,
  });
}

/** The members as the status shows them. */
export function viewsOf(
  context: FederationContext,
  tasks: readonly MemberTask[],
): readonly MemberView[] {
  return tasks.map((task) => {
    const { name, endpoint, namespace, credentials, plan, aim } = task;
    const { look, place, addresses, applied } = stateOf(context, name);
    const clusterName = aim.kind === "apply" ? aim.cluster.object.metadata.name : aim.name;
    return {
      name,
      endpoint,
      namespace,
      clusterName,
      credentials,
      look,
      place,
      addresses: plan?.addresses ?? addresses,
      isLeaving: plan === undefined,
      applied,
    };
  });
}

function stateOf({ state, object, wallClock }: FederationContext, name: string) {
  const stored = previousStatus(object).members?.find((one) => one.name === name);
  return memberState(state, name, stored, wallClock().getTime());
}

/** Forgets members that left and of which nothing is left. */
function dropMembers(
  { state, connector, key }: FederationContext,
  tasks: readonly MemberTask[],
): void {
  const names = new Set(tasks.map(({ name }) => name));
  for (const name of [...state.members.keys()]) {
    if (names.has(name)) continue;
    state.members.delete(name);
    connector.forget(`${key}/${name}`);
  }
}

/** Looks at once at members that are new, and where the federation or their Secret has changed. */
async function wakeMembers(
  context: FederationContext,
  tasks: readonly MemberTask[],
): Promise<void> {
  const { object, cache, wakeMember } = context;
  const { generation, namespace = "" } = object.metadata;
  for (const { name, credentials } of tasks) {
    const { generation: lookedFor, secretVersion } = stateOf(context, name);
    const secret =
      credentials && (await cache.referenced("Secret", { namespace, name: credentials.name }));
    const version = secret?.ok === true ? secret.value?.metadata.resourceVersion : secretVersion;
    if (lookedFor !== generation || version !== secretVersion) wakeMember(name);
  }
}

/** Which object and controller, for every line of the log. */
export function fieldsOf({ object }: FederationContext): object {
  const { namespace, name } = object.metadata;
  return { controller: "prismfederation", namespace, name };
}

function ended(context: FederationContext, failure: ApiFailure | undefined): Outcome {
  if (failure !== undefined) return failed(context, failure);
  if (context.state.loggedFailure !== undefined) {
    context.state.loggedFailure = undefined;
    context.log.info(fieldsOf(context), "Reconciling works again");
  }
  const { object, resyncMs, random, wallClock } = context;
  const resync = resyncMs * (0.8 + 0.4 * random());
  const untilMs = pauseOf(object)?.untilMs ?? Number.NaN;
  const leftMs = untilMs - wallClock().getTime();
  return { kind: "again", afterMs: leftMs > 0 ? Math.min(leftMs + 1_000, resync) : resync };
}

/** What is not our fault passes by itself, and nobody wants to wait minutes longer than the outage lasted. */
const OTHERS_FAULT_MS = 3_000;

/** A failure is told when it begins or changes, not with every try. */
export function failed(context: FederationContext, failure: ApiFailure): Outcome {
  const { kind, reason, message, retryAfterMs } = failure;
  if (kind === "fenced") return { kind: "settled" };
  if (kind !== "conflict" && context.state.loggedFailure !== reason) {
    context.state.loggedFailure = reason;
    context.log.warn({ ...fieldsOf(context), reason, error: message }, "Reconciling failed");
  }
  const isOwnFault = kind === "invalid" || kind === "forbidden";
  return {
    kind: "failed",
    cause: `${reason} ${message}`.trim(),
    ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }),
    ...(isOwnFault ? {} : { atMostMs: OTHERS_FAULT_MS }),
  };
}
