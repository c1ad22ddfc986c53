import { isRecord, type JsonRecord, setOwn } from "./json-object.ts";

/** A deep copy of JSON; anything that is no plain object or list is shared. */
export function copyRecord(record: JsonRecord): JsonRecord {
  const copy: JsonRecord = {};
  for (const key of Object.keys(record)) setOwn(copy, key, copyValue(record[key]));
  return copy;
}

/** A deep copy of a JSON value. */
export function copyValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyValue);
  return isRecord(value) ? copyRecord(value) : value;
}
