/** `prismctl diff FILE`: a file against what a cluster holds and runs. */
import { isObject, type JsonObject } from "../../../schemas/json.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { kindNamed } from "../../domain/registry.ts";
import { isKubeObject } from "../../kube/kube-object-shape.ts";
import { type OpenCluster, openCluster, takeWorld } from "../cluster/open-world.ts";
import { dryApply } from "../cluster/probe.ts";
import { type DryRun, objectNamed, type World } from "../cluster/world.ts";
import type { ClusterValues } from "../frame/cluster.ts";
import type { Session } from "../frame/session.ts";
import type { GatheredObject } from "../manifest/gathering.ts";
import { livePlan, type Step } from "../plan/live-plan.ts";
import { subjectsIn, writtenObject } from "../plan/subjects.ts";
import type { Comparison, Refusal } from "./comparison.ts";
import { differences } from "./difference.ts";
import type { Action, Effect } from "./effect.ts";

/** Which cluster. */
export type LiveValues = ClusterValues & { readonly requestTimeout: number | undefined };

/** Compares each object of a file with what is stored under its name, and its children with what runs. */
export async function compareLive(
  file: string,
  values: LiveValues,
  session: Pick<Session<never>, "environment" | "interruption" | "stdin">,
): Promise<readonly Comparison[]> {
  const cluster = await openCluster(values, session);
  const objects = await subjectsIn([file], session.stdin, cluster.namespace);
  const namespaces = [...new Set(objects.map(({ namespace }) => namespace))];
  const worlds = new Map(
    await Promise.all(
      namespaces.map(
        async (namespace) => [namespace, await takeWorld(cluster, { namespace })] as const,
      ),
    ),
  );
  return Promise.all(
    objects.map((object) => {
      const world = worlds.get(object.namespace);
      if (world === undefined) throw new TypeError("a world for each namespace");
      return compareOne(object, world, cluster);
    }),
  );
}

async function compareOne(
  object: GatheredObject,
  world: World,
  cluster: OpenCluster,
): Promise<Comparison> {
  const { hub, namespace, source } = object;
  const kind = kindNamed(hub.kind);
  if (kind === undefined) throw new TypeError(`no kind ${hub.kind}`);
  const written = writtenObject(object);
  const resource = { ...kind, version: source.version };
  const { dryRun, value } = await dryApply(cluster.reader, resource, written, cluster.signal);
  const live = objectNamed(world, hub.kind, hub.metadata.name, namespace);
  // What the API server would store, where it answers in the stored version; else what the file says, completed.
  const answered = isKubeObject(value) && value.apiVersion === hub.apiVersion ? value : hub;
  const { steps } = await livePlan(source.own, answered, { world, cluster });
  const fields = live === undefined ? [] : differences(comparable(live), comparable(answered));
  const effects = steps.flatMap(effectOf);
  const change =
    live === undefined ? "added" : fields.length + effects.length > 0 ? "changed" : "none";
  return {
    object: source.title,
    change,
    fields: fields.map(({ beforePath: _, afterPath: __, ...field }) => field),
    refusals: refusalsOf(dryRun, source),
    effects,
  };
}

function comparable({ metadata, spec }: KubeObject): JsonObject {
  const { "kubectl.kubernetes.io/last-applied-configuration": _, ...annotations } =
    metadata.annotations ?? {};
  const value: unknown = {
    metadata: { labels: metadata.labels ?? {}, annotations },
    spec: spec ?? {},
  };
  return isObject(value as never) ? (value as JsonObject) : {};
}

function refusalsOf(run: DryRun, source: GatheredObject["source"]): readonly Refusal[] {
  if (run.code !== 0 && run.code < 400) return [];
  const { manifest } = source;
  const place = { file: manifest.file, ...manifest.placeOf([]) };
  const causes = (run.causes ?? []).filter(({ field }) => field !== "<nil>");
  if (causes.length === 0) return [{ place, field: "", message: run.message }];
  return causes.map(({ field, message }) => ({ place, field, message }));
}

const ACTIONS: Readonly<Record<Step["action"], Action | undefined>> = {
  create: "create",
  update: "update",
  remake: "replace",
  remove: "delete",
  take: "keep",
  none: undefined,
  wait: undefined,
  conflict: undefined,
};

function effectOf({
  action,
  kind,
  name,
  component,
  restarts,
  differences: fields,
}: Step): readonly Effect[] {
  const isScale = action === "update" && fields.every((field) => field === "spec.replicas");
  const changed = restarts ? "restart" : isScale ? "scale" : "update";
  const word = action === "update" ? changed : ACTIONS[action];
  if (word === undefined) return [];
  const because = fields.map((field) => ({ kind: "changed" as const, field }));
  return [{ action: word, kind, name, stage: "", component, because }];
}
