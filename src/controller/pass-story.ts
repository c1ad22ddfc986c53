/** What a pass did, as log lines, counts and events. */
import type { KubeObject } from "../domain/kube-object.ts";
import type { EventSink, Log, PassObserver } from "./ports.ts";
import type { RolloutResult } from "./rollout-pass.ts";
import type { StagedChild } from "./stage-pass.ts";

/** Whom to tell. */
export interface Listeners {
  readonly log: Log;
  readonly events: EventSink;
  readonly observer: PassObserver;
  /** Which object and pass, for every line. */
  readonly fields: object;
}

/** Tells what was written; a pass that wrote nothing tells nothing. */
export function tellPass(result: RolloutResult, owner: KubeObject, to: Listeners): void {
  for (const object of result.created) wrote("created", object, to);
  for (const object of result.pruned) {
    to.observer.pruned(object.kind);
    wrote("deleted", object, to);
  }
  for (const child of result.children) tellChild(child, owner, to);
  for (const pod of result.restarted) {
    to.log.info({ ...to.fields, ...childField(pod) }, "Restarting Pod for the size of its volume");
    const note = `Pod ${pod.metadata.name} starts anew: its file system grows only then`;
    to.events(owner, { type: "Normal", reason: "PodRestarted", action: "Grow", note });
  }
  for (const { workload, news } of result.replication) {
    if (news === undefined) continue;
    to.log.info({ ...to.fields, ...childField(workload) }, `Replication: ${news}`);
    const note = `${workload.kind} ${workload.metadata.name}: ${news}`;
    to.events(owner, { type: "Normal", reason: "PrimaryChanged", action: "Replicate", note });
  }
  for (const { claim, failure } of result.claimTroubles) {
    const note = `PersistentVolumeClaim ${claim} cannot grow: ${failure.message}`;
    to.events(owner, { type: "Warning", reason: "VolumeNotGrown", action: "Grow", note });
  }
}

function tellChild(child: StagedChild, owner: KubeObject, to: Listeners): void {
  const { action, intent, note, failure } = child;
  const { object } = intent;
  if (action !== "none") to.observer.applied(object.kind, action);
  else if (failure !== undefined) to.observer.applied(object.kind, "failed");
  else to.observer.skipped();
  const name = `${object.kind} ${object.metadata.name}`;
  switch (action) {
    case "created":
    case "updated":
      wrote(action, object, to);
      return;
    case "recreating":
      to.observer.recreated();
      to.log.info({ ...to.fields, ...childField(object) }, `Re-creating ${object.kind}`);
      to.events(owner, {
        type: "Normal",
        reason: "Recreated",
        action: "Recreate",
        note: `${name} is made again for a field that cannot change; its pods stay`,
      });
      return;
    case "adopted":
      wrote("updated", object, to);
      to.events(owner, {
        type: "Normal",
        reason: "Adopted",
        action: "Adopt",
        note: `${name} ${note}`,
      });
      return;
    case "conflict":
      to.events(owner, {
        type: "Warning",
        reason: "Conflict",
        action: "Apply",
        note: `${name} ${note}`,
      });
      return;
    case "none":
    case "waiting":
      return;
  }
}

const VERBS = { created: "Created", updated: "Updated", deleted: "Deleted" } as const;

function wrote(action: keyof typeof VERBS, object: KubeObject, to: Listeners): void {
  to.observer.wrote(action, object);
  to.log.info({ ...to.fields, ...childField(object) }, `${VERBS[action]} ${object.kind}`);
}

/** The child under its kind, as the source logs it: `statefulset: redis`. */
function childField(object: KubeObject): Record<string, string> {
  return { [object.kind.toLowerCase()]: object.metadata.name };
}
