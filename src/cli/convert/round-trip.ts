/** There and back: what a person wrote, compared with what comes back through another version. */
import type { JsonValue } from "../../../schemas/json.ts";
import type { PathSegments } from "../../../schemas/problem.ts";
import { printPath } from "../../domain/field-path.ts";
import { type Difference, differences } from "../diff/difference.ts";
import { jsonText } from "../frame/json-text.ts";
import { asStored } from "../manifest/own-kind.ts";
import type { OwnObject } from "../manifest/own-object.ts";
import { convertObject, droppedNotes, type Note, noteAt } from "./conversion.ts";

/** One way there and back. */
export interface RoundTrip {
  readonly file: string;
  readonly object: string;
  readonly version: string;
  /** Undefined for a kind with one version: only storing can change its objects. */
  readonly through: string | undefined;
  readonly notes: readonly Note[];
}

/** Sends an object through every other version of its kind. */
export function roundTrips(source: OwnObject): readonly RoundTrip[] {
  const { manifest, own, title, version } = source;
  const others = own.kind.versions.filter((one) => one !== version);
  const ways: readonly (string | undefined)[] = others.length === 0 ? [undefined] : others;
  return ways.map((through) => ({
    file: manifest.file,
    object: title,
    version,
    through,
    notes: through === undefined ? storedNotes(source) : notesThrough(source, through),
  }));
}

function storedNotes(source: OwnObject): readonly Note[] {
  const stored = asStored(source.own, source);
  return inOrder([...droppedNotes(source), ...changesOf(source, stored as JsonValue)]);
}

function inOrder(notes: readonly Note[]): readonly Note[] {
  return notes.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function notesThrough(source: OwnObject, through: string): readonly Note[] {
  const there = convertObject(source, through);
  if (there.object === undefined) return there.notes;
  const back = source.own.kind.convert(there.object, `${source.own.kind.group}/${source.version}`);
  if (back.kind !== "converted") throw new Error(`${source.title} does not come back`);
  return inOrder([...there.notes, ...changesOf(source, back.object as JsonValue)]);
}

/** What differs from what was written; defaults that were added are no loss, unknown fields are told already. */
function changesOf(source: OwnObject, back: JsonValue): readonly Note[] {
  const dropped = droppedNotes(source).map(({ field }) => field);
  return differences(source.object, back).flatMap((difference) => {
    const { beforePath, kind } = difference;
    if (kind === "added" || beforePath === undefined) return [];
    const field = printPath(beforePath);
    if (dropped.some((one) => one.startsWith(field))) return [];
    return [changeNote(source, beforePath, difference)];
  });
}

function changeNote(source: OwnObject, path: PathSegments, difference: Difference): Note {
  if (difference.kind === "changed") {
    const text = `${shown(difference.before)} becomes ${shown(difference.after)}`;
    return noteAt(source, path, "changed", text);
  }
  const text = difference.before === null ? "null is the same as nothing" : "does not come back";
  return noteAt(source, path, "lost", text);
}

/** Longer values are cut: the place is what leads to them. */
const MOST_CHARS = 60;

function shown(value: JsonValue | undefined): string {
  const text = jsonText(value ?? null)
    .replaceAll(/\s+/g, " ")
    .trim();
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}...` : text;
}
