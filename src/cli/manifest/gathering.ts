/** All objects of some files together: our own judged, the others at hand for what refers to them. */

import type { Readable } from "node:stream";
import { isObject, type JsonObject } from "../../../schemas/json.ts";
import type { Family } from "../../domain/family.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { CommandFailed } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import { CrdSet } from "./crd-set.ts";
import { type Fault, judgeObject } from "./judgement.ts";
import { readManifests } from "./manifest.ts";
import { inHub } from "./own-kind.ts";
import { type OwnObject, OwnObjects, placeText } from "./own-object.ts";
import { cacheFolderOf } from "./parsed-cache.ts";

/** One of our objects in the hub version, in a namespace. */
export interface GatheredObject {
  readonly source: OwnObject;
  readonly hub: KubeObject;
  readonly namespace: string;
}

/** What is in the files. */
export interface Gathering {
  readonly own: readonly GatheredObject[];
  readonly others: readonly JsonObject[];
}

/** Reads files and tells our objects from others. Rejects with a CommandFailed where there is none of ours. */
export async function gather(
  names: readonly string[],
  stdin: Readable,
  namespace: string,
  environment: Session<never>["environment"] = {},
): Promise<Gathering> {
  const objects = new OwnObjects(await CrdSet.read([], cacheFolderOf(environment)));
  const read = (await readManifests(names, stdin)).map((manifest) => objects.read(manifest));
  const own = read.flatMap((one) => (one.kind === "own" ? [inNamespace(one, namespace)] : []));
  if (own.length === 0) {
    throw new CommandFailed(`${names.join(", ")}: there is no object of prism.io`, {
      exit: "failed",
    });
  }
  const others = read.flatMap((one) =>
    one.kind === "other" && isObject(one.manifest.value) ? [one.manifest.value] : [],
  );
  return { own, others };
}

function inNamespace(source: OwnObject, fallback: string): GatheredObject {
  const hub = inHub(source.own, source);
  if (hub === undefined) throw new Error(`${source.title} does not convert`);
  const namespace = hub.metadata.namespace ?? fallback;
  return { source, namespace, hub: { ...hub, metadata: { ...hub.metadata, namespace } } };
}

/** The objects that one may be rendered with. */
export function familyOf({ own }: Gathering): Family {
  const all = (kind: string) => own.map(({ hub }) => hub).filter((hub) => hub.kind === kind);
  return {
    all,
    in: (kind, namespace) => all(kind).filter((hub) => hub.metadata.namespace === namespace),
    // Files seldom hold the namespaces; a selector of tenants matches none that is not there.
    namespaceLabels: () => undefined,
  };
}

/** Lines for what the cluster would refuse of an object; none where it would take it. */
export function refusalLines(source: OwnObject, old?: OwnObject): readonly string[] {
  const { engine, own, object, manifest, title } = source;
  const { faults, message, isAllowed } = judgeObject(engine, own, {
    object,
    old: old?.object,
    neighbours: [],
  });
  const line = (path: Fault["path"], said: string): string =>
    `${placeText({ file: manifest.file, place: manifest.placeOf(path) })}: ${title}: ${said}`;
  if (isAllowed) return [];
  if (faults.length === 0) return [line([], message)];
  return faults.map(({ path, field, message: said }) => line(path, `${field}: ${said}`));
}
