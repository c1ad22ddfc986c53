import { isRecord, type JsonRecord, ownValue } from "../json-object.ts";
import {
  CONVERSION_DATA,
  type ConversionData,
  type Made,
  printConversionData,
  readConversionData,
} from "./conversion-data.ts";
import type { KeptField } from "./kept-field.ts";

/** The annotation of an object: none, data of version `from`, or something that we did not write. */
export type Carried =
  | { readonly kind: "none" }
  | { readonly kind: "foreign" }
  | { readonly kind: "data"; readonly data: ConversionData };

/** Reads the annotation of an object. */
export function carriedBy(object: JsonRecord, from: string): Carried {
  const metadata = ownValue(object, "metadata");
  const annotations = isRecord(metadata) ? ownValue(metadata, "annotations") : undefined;
  if (!isRecord(annotations) || !Object.hasOwn(annotations, CONVERSION_DATA))
    return { kind: "none" };
  const data = readConversionData(annotations[CONVERSION_DATA], from);
  return data === undefined ? { kind: "foreign" } : { kind: "data", data };
}

/** Takes the annotation off `object`, with what was made to hold it. Replaces its metadata, never changes it. */
export function unload(object: JsonRecord, carried: Carried): void {
  const metadata = ownValue(object, "metadata");
  const annotations = isRecord(metadata) ? ownValue(metadata, "annotations") : undefined;
  if (carried.kind === "none" || !isRecord(metadata) || !isRecord(annotations)) return;
  const { [CONVERSION_DATA]: _, ...others } = annotations;
  const made = carried.kind === "data" ? carried.data.made : undefined;
  if (made !== undefined && isEmpty(others)) unmake(object, metadata, made);
  else object["metadata"] = { ...metadata, annotations: others };
}

/** Undoes what `load` made to hold the annotation, as far as nobody has used it since. */
function unmake(object: JsonRecord, metadata: JsonRecord, made: Made): void {
  const { annotations: _, ...others } = metadata;
  const had = Object.hasOwn(made, "instead");
  if (made.at === "annotations") {
    object["metadata"] = had ? { ...metadata, annotations: made.instead } : others;
  } else if (!isEmpty(others)) object["metadata"] = others;
  else if (had) object["metadata"] = made.instead;
  else Reflect.deleteProperty(object, "metadata");
}

/** Puts kept fields of version `from` on `object`. Replaces its metadata, never changes it. */
export function load(object: JsonRecord, from: string, fields: readonly KeptField[]): void {
  if (fields.length === 0) return;
  const metadata = ownValue(object, "metadata");
  const annotations = isRecord(metadata) ? ownValue(metadata, "annotations") : undefined;
  const made = toBeMade(object);
  const text = printConversionData({ format: 1, from, fields, ...(made && { made }) });
  object["metadata"] = {
    ...(isRecord(metadata) ? metadata : {}),
    annotations: { ...(isRecord(annotations) ? annotations : {}), [CONVERSION_DATA]: text },
  };
}

function toBeMade(object: JsonRecord): Made | undefined {
  const metadata = ownValue(object, "metadata");
  if (!isRecord(metadata)) return { at: "metadata", ...insteadOf(object, "metadata") };
  if (isRecord(ownValue(metadata, "annotations"))) return undefined;
  return { at: "annotations", ...insteadOf(metadata, "annotations") };
}

function insteadOf(record: JsonRecord, key: string): { readonly instead?: unknown } {
  return Object.hasOwn(record, key) ? { instead: record[key] } : {};
}

function isEmpty(record: JsonRecord): boolean {
  return Object.keys(record).length === 0;
}
