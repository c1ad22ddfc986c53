/** One object in another version, with what is to be said of its fields. */
import { isObject, type JsonObject } from "../../../schemas/json.ts";
import type { PathSegments } from "../../../schemas/problem.ts";
import { findUnknownFields } from "../../../schemas/unknown-fields.ts";
import { CONVERSION_DATA, readConversionData } from "../../domain/conversion/conversion-data.ts";
import { itemName, type KeptStep } from "../../domain/conversion/kept-field.ts";
import { printPath } from "../../domain/field-path.ts";
import { isRecord, type JsonRecord, valueAt } from "../../domain/json-object.ts";
import { asStored } from "../manifest/own-kind.ts";
import type { OwnObject } from "../manifest/own-object.ts";

/**
 * What is to be said of a field. `dropped`: no version knows it. `carried`: the other version cannot say it, an
 * annotation does. `broken`: its value is of no use to the other version, which refuses it.
 */
export interface Note {
  readonly kind: "dropped" | "carried" | "broken" | "lost" | "changed";
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly object: string;
  readonly field: string;
  readonly text: string;
}

/** An object in the wanted version; none where it would be refused. */
export interface Converted {
  readonly object: JsonObject | undefined;
  readonly notes: readonly Note[];
}

/** Converts one object; `to` is one of its kind's versions. */
export function convertObject(source: OwnObject, to: string): Converted {
  const { own, object, version } = source;
  const dropped = droppedNotes(source);
  if (to === version) return { object, notes: dropped };
  const { kind } = own;
  const stored = asStored(own, { object, version });
  const conversion = kind.convert(stored, `${kind.group}/${to}`);
  if (conversion.kind !== "converted") throw new Error(`${source.title}: ${conversion.apiVersion}`);
  const isUp = to === kind.hub;
  const kept = keptPaths(conversion.object, stored, `${kind.group}/${version}`).map((path) =>
    noteAt(source, path, isUp ? "broken" : "carried", keptText(isUp, to)),
  );
  const isBroken = isUp && kept.length > 0;
  return {
    object: isBroken ? undefined : asJson(conversion.object),
    notes: [...dropped, ...kept],
  };
}

function keptText(isUp: boolean, to: string): string {
  return isUp
    ? `this value has no place in ${to}: run prismctl validate and correct it`
    : `${to} cannot say it: the annotation ${CONVERSION_DATA} carries it`;
}

/** Fields that the API server drops before any conversion. */
export function droppedNotes(source: OwnObject): readonly Note[] {
  return findUnknownFields(source.engine, source.object).map(({ path, didYouMean }) => {
    const hint = didYouMean === undefined ? "" : `, did you mean "${didYouMean}"?`;
    return noteAt(source, path, "dropped", `no field of ${source.version}${hint}`);
  });
}

/** A note on the field at `path` of the object as it is written. */
export function noteAt(
  { manifest, title }: OwnObject,
  path: PathSegments,
  kind: Note["kind"],
  text: string,
): Note {
  const { line, column } = manifest.placeOf(path);
  return { kind, file: manifest.file, line, column, object: title, field: printPath(path), text };
}

/** Where the fields that an annotation carries stand in the object that they come from. */
function keptPaths(converted: JsonRecord, from: JsonRecord, apiVersion: string): PathSegments[] {
  const text = valueAt(converted, ["metadata", "annotations", CONVERSION_DATA]);
  const data = readConversionData(text, apiVersion);
  return (data?.fields ?? []).map(([steps]) => resolve(from, steps));
}

function resolve(object: unknown, steps: readonly KeptStep[]): PathSegments {
  const path: (string | number)[] = [];
  for (const step of steps) path.push(indexOf(valueAt(object, path), step));
  return path;
}

function indexOf(value: unknown, step: KeptStep): string | number {
  if (typeof step !== "object") return step;
  if ("insert" in step) return step.insert;
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.findIndex((item) => isRecord(item) && itemName(item, "name") === step.item);
}

/** Conversion moves values and makes none but texts and objects: what went in as JSON comes out as JSON. */
function asJson(object: JsonRecord): JsonObject {
  if (!isObject(object)) throw new TypeError("an object was expected");
  return object;
}
