/**
 * Two states of one object of ours: which fields differ, whether the cluster would take the change, and what would
 * happen to children and pods. Where the states come from, files or a cluster, is the caller's business.
 */
import { isObject, type JsonObject } from "../../../schemas/json.ts";
import type { PathSegments } from "../../../schemas/problem.ts";
import { CONVERSION_DATA } from "../../domain/conversion/conversion-data.ts";
import type { GatheredObject } from "../manifest/gathering.ts";
import { judgeObject } from "../manifest/judgement.ts";
import type { OwnObject } from "../manifest/own-object.ts";
import { type RenderedChild, renderHub, type Surroundings } from "../render/rendering.ts";
import { type Difference, differences } from "./difference.ts";
import { type Effect, effectsOf } from "./effect.ts";

/** One state of an object with what is around it. */
export interface State {
  readonly object: GatheredObject;
  readonly surroundings: Surroundings;
}

/** A place in a file. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A field that differs, with where it stands on either side. */
export interface PlacedDifference extends Omit<Difference, "beforePath" | "afterPath"> {
  readonly beforePlace?: FilePlace;
  readonly afterPlace?: FilePlace;
}

/** A fault of the new state, for which the cluster would refuse the change. */
export interface Refusal {
  readonly place: FilePlace;
  readonly field: string;
  readonly message: string;
}

/** What a change of one object comes to. */
export interface Comparison {
  /** `PrismCluster prism/shop`. */
  readonly object: string;
  readonly change: "added" | "removed" | "changed" | "none";
  readonly fields: readonly PlacedDifference[];
  /** Why the cluster would refuse the change; effects are then what would come of it if it did not. */
  readonly refusals: readonly Refusal[];
  readonly effects: readonly Effect[];
}

/** Compares two states; one that is missing is one that is not there. */
export function compareStates(before: State | undefined, after: State | undefined): Comparison {
  const named = after ?? before;
  if (named === undefined) throw new TypeError("one of two states must be there");
  const fields = fieldsOf(before?.object, after?.object);
  const effects = effectsOf(childrenOf(before), childrenOf(after));
  const change = before === undefined ? "added" : after === undefined ? "removed" : undefined;
  return {
    object: named.object.source.title,
    change: change ?? (fields.length > 0 || effects.length > 0 ? "changed" : "none"),
    fields,
    refusals: after === undefined ? [] : refusalsOf(after.object.source, before?.object.source),
    effects,
  };
}

function fieldsOf(
  before: GatheredObject | undefined,
  after: GatheredObject | undefined,
): readonly PlacedDifference[] {
  if (before === undefined || after === undefined) return [];
  return differences(comparable(before), comparable(after)).map(
    ({ beforePath, afterPath, ...difference }) => ({
      ...difference,
      ...(beforePath && { beforePlace: placeOf(before.source, beforePath) }),
      ...(afterPath && { afterPlace: placeOf(after.source, afterPath) }),
    }),
  );
}

/** What a person writes, in the hub version. */
function comparable({ hub }: GatheredObject): JsonObject {
  const { labels, annotations = {} } = hub.metadata;
  const { [CONVERSION_DATA]: _, [LAST_APPLIED]: __, ...kept } = annotations;
  return asJson({
    metadata: { labels: labels ?? {}, annotations: kept },
    spec: hub["spec"] ?? {},
  });
}

/** Holds the whole object again. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

function placeOf({ manifest, own, version }: OwnObject, hubPath: PathSegments): FilePlace {
  const mapped = own.kind.pathIn(version, hubPath);
  const path = mapped.kind === "mapped" ? mapped.path : hubPath;
  return { file: manifest.file, ...manifest.placeOf(path) };
}

function refusalsOf(source: OwnObject, old: OwnObject | undefined): readonly Refusal[] {
  const { engine, own, object, manifest } = source;
  const { faults, isAllowed, message } = judgeObject(engine, own, {
    object,
    old: old?.object,
    neighbours: [],
  });
  const at = (path: PathSegments): FilePlace => ({
    file: manifest.file,
    ...manifest.placeOf(path),
  });
  if (isAllowed) return [];
  if (faults.length === 0) return [{ place: at([]), field: "", message }];
  return faults.map(({ path, field, message: said }) => ({
    place: at(path),
    field,
    message: said,
  }));
}

/** Undefined for a state that is not there or that would not be rendered: there is nothing to say of its children. */
function childrenOf(state: State | undefined): readonly RenderedChild[] | undefined {
  if (state === undefined) return [];
  const { source, hub } = state.object;
  const outcome = renderHub(source.own, hub, state.surroundings);
  if (outcome.kind === "invalid") return undefined;
  return outcome.kind === "rendered" ? outcome.rendering.children : [];
}

/** Hub objects are made of JSON. */
function asJson(value: object): JsonObject {
  if (!isObject(value)) throw new TypeError("an object was expected");
  return value;
}
