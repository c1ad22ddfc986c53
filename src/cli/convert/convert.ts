/** `prismctl convert`: objects in another version, or a check that nothing gets lost on the way. */
import type { JsonValue } from "../../../schemas/json.ts";
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Paint, PaintFormat } from "../frame/paint.ts";
import type { Session } from "../frame/session.ts";
import { CrdSet } from "../manifest/crd-set.ts";
import { readManifests } from "../manifest/manifest.ts";
import { type OtherObject, type OwnObject, OwnObjects } from "../manifest/own-object.ts";
import { cacheFolderOf } from "../manifest/parsed-cache.ts";
import { yamlText } from "../manifest/yaml-text.ts";
import type { convertOptions } from "./command.ts";
import { convertObject, type Note } from "./conversion.ts";
import { type RoundTrip, roundTrips } from "./round-trip.ts";

type Options = typeof convertOptions;

/** What kubectl reads as a list of objects; `notes` says what is to be said of single fields. */
export interface ConvertedList {
  readonly apiVersion: "v1";
  readonly kind: "List";
  readonly items: readonly JsonValue[];
  readonly notes: readonly Note[];
}

/** The answer to `--check`. */
export interface Check {
  readonly kind: "Check";
  readonly results: readonly RoundTrip[];
}

async function run(input: Input<Options>, session: Session<ConvertedList | Check>): Promise<Exit> {
  const { to, check } = input.options;
  if (check === (to !== undefined)) {
    throw new CommandFailed("write either --to VERSION or --check", { exit: "usage" });
  }
  const objects = new OwnObjects(await CrdSet.read([], cacheFolderOf(session.environment)));
  const manifests = await readManifests(input.arguments, session.stdin);
  const read = manifests.map((manifest) => objects.read(manifest));
  const own = read.filter((one) => one.kind === "own");
  if (own.length === 0) {
    throw new CommandFailed(`${input.arguments.join(", ")}: there is no object of prism.io`, {
      exit: "failed",
    });
  }
  return to === undefined ? checkAll(own, session) : convertAll(read, to, session);
}

async function convertAll(
  read: readonly (OwnObject | OtherObject)[],
  to: string,
  session: Session<ConvertedList>,
): Promise<Exit> {
  mustHave(
    to,
    read.filter((one) => one.kind === "own"),
  );
  const converted = read.map((one) => inVersion(one, to));
  const items = converted.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const notes = converted.flatMap((one) => one.notes);
  for (const note of notes) session.say(noteLine(note, session.paint));
  await session.show({ apiVersion: "v1", kind: "List", items, notes });
  return notes.some(({ kind }) => kind !== "carried") ? "refused" : "done";
}

/** A folder holds other objects, and kinds with versions of their own, beside the one that is moved: they stay as they are. */
function inVersion(
  one: OwnObject | OtherObject,
  to: string,
): { readonly value: JsonValue | undefined; readonly notes: readonly Note[] } {
  const version = one.kind === "own" ? versionFor(one, to) : undefined;
  if (one.kind === "other" || version === undefined)
    return { value: one.manifest.value, notes: [] };
  const { object, notes } = convertObject(one, version);
  return { value: object, notes };
}

/** The version that is meant; undefined for a kind that does not have it. */
function versionFor({ own: { kind } }: OwnObject, to: string): string | undefined {
  const version = to.replace(`${kind.group}/`, "");
  return kind.versions.includes(version) ? version : undefined;
}

/** A version that none of the objects has is not meant for any. */
function mustHave(to: string, own: readonly OwnObject[]): void {
  const [first] = own;
  if (first === undefined || own.some((one) => versionFor(one, to) !== undefined)) return;
  const { kind } = first.own;
  const versions = kind.versions.join(" or ");
  throw new CommandFailed(`${first.title} has no version ${to}: write ${versions}`, {
    exit: "usage",
  });
}

async function checkAll(own: readonly OwnObject[], session: Session<Check>): Promise<Exit> {
  const results = own.flatMap(roundTrips);
  await session.show({ kind: "Check", results });
  const isWhole = results.every(({ notes }) => notes.every(({ kind }) => kind === "carried"));
  return isWhole ? "done" : "refused";
}

function textOf(model: ConvertedList | Check, paint: Paint): string {
  if (model.kind === "List") return model.items.map(yamlText).join("---\n");
  const lines = model.results.flatMap(({ notes }) => notes.map((note) => noteLine(note, paint)));
  return [...lines, ...model.results.map(summaryOf), ""].join("\n");
}

function summaryOf({ object, version, through, notes }: RoundTrip): string {
  const way = through === undefined ? `stored as ${version}` : `${version}, ${through}, ${version}`;
  const counts = (["dropped", "broken", "lost", "changed", "carried"] as const)
    .map((kind) => ({ kind, count: notes.filter((note) => note.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  return `${object} (${way}): ${counts.length === 0 ? "all comes back" : counts.join(", ")}`;
}

const COLORS: Readonly<Record<Note["kind"], PaintFormat>> = {
  dropped: "red",
  broken: "red",
  lost: "red",
  changed: "red",
  carried: "dim",
};

function noteLine(note: Note, paint: Paint): string {
  const { file, line, column, kind, object, field, text } = note;
  return `${file}:${line}:${column}: ${paint(COLORS[kind], `${kind}:`)} ${object}: ${field}: ${text}`;
}

/** The code of the command. */
export const body: CommandBody<Options, ConvertedList | Check> = {
  run,
  printers: { text: textOf },
};
