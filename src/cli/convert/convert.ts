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
  const items: JsonValue[] = [];
  const notes: Note[] = [];
  for (const one of read) {
    if (one.kind === "other") items.push(one.manifest.value);
    else {
      const converted = convertObject(one, versionFor(one, to));
      if (converted.object !== undefined) items.push(converted.object);
      notes.push(...converted.notes);
    }
  }
  for (const note of notes) session.say(noteLine(note, session.paint));
  await session.show({ apiVersion: "v1", kind: "List", items, notes });
  return notes.some(({ kind }) => kind !== "carried") ? "refused" : "done";
}

function versionFor({ own: { kind }, title }: OwnObject, to: string): string {
  const version = to.replace(`${kind.group}/`, "");
  if (kind.versions.includes(version)) return version;
  throw new CommandFailed(`${title} has no version ${to}: write ${kind.versions.join(" or ")}`, {
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
