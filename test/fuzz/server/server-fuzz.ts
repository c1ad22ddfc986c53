/**
 * Conversion through the real API server (CONV-7, TST-3): random PrismClusters written in every way and both versions. After each write
 * nothing is lost, nothing but what was written has changed, and no field manager owns what it never set.
 */
import { isDeepStrictEqual } from "node:util";
import { isRecord, type JsonRecord } from "../../../src/domain/json-object.ts";
import { verdictOn } from "../../domain/prism-cluster/judged.ts";
import type { TestControlPlane } from "../../flow/control-plane.ts";
import { PrismClient } from "../../flow/prism-client.ts";
import { Random } from "../random.ts";
import { inOrder } from "./merge.ts";
import { type FieldSet, fieldsIn, ownedFields } from "./owned-fields.ts";
import { type Answer, type Sent, sendAll } from "./sender.ts";
import { specSchema, VERSIONS, type Version, validObject } from "./valid-object.ts";
import {
  CHANGES,
  CREATIONS,
  changeBy,
  creationOf,
  defaulted,
  type File,
  storedSpec,
  type Way,
  type Write,
} from "./writes.ts";

const ANNOTATION = "prism.io/conversion-data";
/** Objects that live at a time: kubectl takes all of a step at once. */
const BATCH = 20;
const CHANGES_EACH = 4;

export interface FuzzReport {
  /** Writes that were carried out, by way and version. */
  readonly writes: ReadonlyMap<string, number>;
  /** What went wrong, at most one of each object; empty when all is well. */
  readonly faults: readonly string[];
}

interface Views {
  readonly v1alpha1: JsonRecord;
  readonly v1alpha2: JsonRecord;
}

interface Subject {
  readonly name: string;
  file: File | undefined;
  views: Views | undefined;
  /** By manager and version. */
  readonly mayOwn: Map<string, FieldSet>;
  isDone: boolean;
}

/** Writes so many objects from a seed on, each several times. Stops after the first batch with a fault. */
export async function fuzzServer(
  plane: TestControlPlane,
  { seed, objects }: { readonly seed: number; readonly objects: number },
  done: (objects: number) => void = () => undefined,
): Promise<FuzzReport> {
  const fuzz = new ServerFuzz(plane, await plane.freshNamespace(), new Random(seed));
  for (let first = 0; first < objects && fuzz.faults.length === 0; first += BATCH) {
    await fuzz.runBatch(first, Math.min(BATCH, objects - first));
    done(first + BATCH);
  }
  return fuzz;
}

class ServerFuzz implements FuzzReport {
  readonly writes = new Map<string, number>();
  readonly faults: string[] = [];
  readonly #plane: TestControlPlane;
  readonly #prism: PrismClient;
  readonly #random: Random;

  constructor(plane: TestControlPlane, namespace: string, random: Random) {
    this.#plane = plane;
    this.#prism = new PrismClient(plane, namespace);
    this.#random = random;
  }

  async runBatch(first: number, count: number): Promise<void> {
    const subjects = Array.from({ length: count }, (_, index): Subject => {
      const name = `o${first + index}`;
      return { name, file: undefined, views: undefined, mayOwn: new Map(), isDone: false };
    });
    for (let step = 0; step <= CHANGES_EACH; step++) {
      const planned = subjects.flatMap((subject) => {
        const write = subject.isDone ? undefined : this.#plan(subject);
        return write === undefined ? [] : [{ subject, write }];
      });
      const sent = planned.map(({ subject, write }): Sent => ({ name: subject.name, write }));
      const answers = await sendAll(this.#prism, sent, step);
      await Promise.all(
        planned.map(({ subject, write }, index) => this.#note(subject, write, answers[index])),
      );
    }
    const path = this.#prism.path("v1alpha2");
    await this.#plane.client.request("DELETE", path);
  }

  async #note(subject: Subject, write: Write, answer: Answer | undefined): Promise<void> {
    const before = JSON.stringify(subject.views);
    const fault = answer && (await this.#judge(subject, write, answer));
    if (fault === undefined) return;
    subject.isDone = true;
    const wanted = JSON.stringify(write.wanted);
    const wrote = JSON.stringify(write.body);
    const what = `${write.way} in ${write.version}: ${fault}`;
    this.faults.push(`${what}\nwrote ${wrote}\nwanted ${wanted}\nwas ${before}`);
  }

  #plan(subject: Subject): Write | undefined {
    const random = this.#random;
    if (subject.views === undefined) {
      const version = random.pick(VERSIONS);
      const made = validObject(version, subject.name, random);
      const object = {
        ...made,
        metadata: { name: subject.name, namespace: this.#prism.namespace },
      };
      return creationOf(random.pick(CREATIONS), object);
    }
    const way: Way = random.pick(CHANGES);
    // A file stays in its version; everybody else may use any.
    const live = subject.views[fileVersion(way, subject.file) ?? random.pick(VERSIONS)];
    const write = changeBy(way, live, subject.file, random);
    if (write === undefined) return undefined;
    return verdictOn(withAnnotation(write.wanted, live), live).problems.length > 0
      ? undefined
      : write;
  }

  /** What is wrong after a write; undefined when nothing is. */
  async #judge(subject: Subject, write: Write, answer: Answer): Promise<string | undefined> {
    const { refusal, manager } = answer;
    if (refusal !== undefined) {
      // A file without hub-only fields is judged with those that the stored object has.
      const mayBe = write.way === "replace by a file" && refusal.includes("is invalid");
      return mayBe ? undefined : refusal;
    }
    const key = `${write.way}, ${write.version}`;
    this.writes.set(key, (this.writes.get(key) ?? 0) + 1);
    const after = await this.#read(subject.name);
    const owner = `${manager} ${write.version}`;
    const known = subject.mayOwn.get(owner) ?? new Set();
    subject.mayOwn.set(owner, new Set([...known, ...write.mayOwn]));
    const fault =
      faultOfSpec(write, subject.views, after) ??
      lostFields(write, after) ??
      lostData(write, subject.views, after) ??
      wrongOwner(subject, write, after);
    if (fault !== undefined) return `${fault}\nis ${JSON.stringify(after)}`;
    subject.views = after;
    subject.file = fileAfter(subject.file, write);
    // Where the last owned field went there is no manager, and an apply makes one up for what there is.
    subject.isDone = managersOf(after).length === 0;
    return undefined;
  }

  async #read(name: string): Promise<Views> {
    const [v1alpha1, v1alpha2] = await Promise.all(
      VERSIONS.map((version) => this.#prism.object(version, name)),
    );
    if (v1alpha1 === undefined || v1alpha2 === undefined) throw new Error("not read");
    return { v1alpha1: { ...v1alpha1 }, v1alpha2: { ...v1alpha2 } };
  }
}

/** What the user has in git after a write. */
function fileAfter(file: File | undefined, { way, body }: Write): File | undefined {
  if (isFileWay(way) && isRecord(body)) return { way, object: body };
  // kubectl notes what it replaces as applied, with the resourceVersion, and then applies no file any more.
  return way.startsWith("replace") && file?.way === "client-side apply" ? undefined : file;
}

const isFileWay = (way: Way): boolean => way === "client-side apply" || way === "server-side apply";

function fileVersion(way: Way, file: File | undefined): Version | undefined {
  if (way === "replace by a file") return "v1alpha1";
  if (!isFileWay(way) || file === undefined) return undefined;
  return file.object["apiVersion"] === "prism.io/v1alpha1" ? "v1alpha1" : "v1alpha2";
}

/** For a judgement in advance: what a file lacks comes back. */
function withAnnotation(wanted: JsonRecord, live: JsonRecord): JsonRecord {
  return { ...wanted, metadata: live["metadata"] };
}

/** The stored spec is the one that was to be. */
function faultOfSpec(write: Write, before: Views | undefined, after: Views): string | undefined {
  const schema = specSchema("v1alpha2");
  const isApplied = write.way.startsWith("server-side");
  const order = (spec: unknown): unknown => (isApplied ? inOrder(schema, spec) : spec);
  const expected = order(storedSpec(write.wanted, before?.v1alpha2));
  const stored = order(after.v1alpha2["spec"]);
  return isDeepStrictEqual(stored, expected)
    ? undefined
    : `stored is not ${JSON.stringify(expected)}`;
}

/** Everything that was written is read back in the version that it was written in. */
function lostFields(write: Write, after: Views): string | undefined {
  const schema = specSchema(write.version);
  const read = fieldsIn(schema, after[write.version]["spec"]);
  for (const [path, text] of fieldsIn(schema, defaulted(write.wanted)["spec"])) {
    if (read.get(path) !== text) return `lost${path}: ${text} is ${read.get(path)}`;
  }
  return undefined;
}

/** What only v1alpha2 can say is still there after a write in v1alpha1, but for what stood in an item that is gone; and never stored apart. */
function lostData(write: Write, before: Views | undefined, after: Views): string | undefined {
  if (annotationOf(after.v1alpha2) !== undefined) return "conversion data are stored";
  if (before === undefined || write.version === "v1alpha2") return undefined;
  const now = new Set(carried(after));
  const gone = carried(before).filter((one) => !now.has(one));
  return gone.length === 0 || hasLostItem(before, after) ? undefined : `lost ${gone.join(" ")}`;
}

function annotationOf(object: JsonRecord): string | undefined {
  const { annotations } = object["metadata"] as { annotations?: Record<string, string> };
  return annotations?.[ANNOTATION];
}

/** Each leaf of what is carried: a whole part may be carried, or its fields one by one. */
function carried({ v1alpha1 }: Views): readonly string[] {
  const text = annotationOf(v1alpha1);
  if (text === undefined) return [];
  const { fields } = JSON.parse(text) as { fields: readonly (readonly [unknown[], unknown])[] };
  return fields.flatMap(([path, value]) => leavesOf(path, value));
}

function leavesOf(path: readonly unknown[], value: unknown): readonly string[] {
  if (!isRecord(value)) return [JSON.stringify([path, value])];
  return Object.entries(value).flatMap(([key, below]) => leavesOf([...path, key], below));
}

/** Whether an object or a keyed item of v1alpha1 is there no more, with which hub-only fields may go. */
function hasLostItem(before: Views, after: Views): boolean {
  const schema = specSchema("v1alpha1");
  const containers = ({ v1alpha1 }: Views): readonly string[] =>
    [...fieldsIn(schema, v1alpha1["spec"])].flatMap(([path, text]) =>
      text === "" || path.includes(" v:") ? [path] : [],
    );
  const now = new Set(containers(after));
  return containers(before).some((path) => !now.has(path));
}

/** Every manager owns only what its own writes set, in the version that it wrote in; nobody owns the annotation. */
function wrongOwner({ mayOwn }: Subject, write: Write, after: Views): string | undefined {
  const entries = managersOf(after);
  // The API server forgets all managers where it cannot convert for one.
  if (entries.length === 0 && write.mayOwn.size > 0) return "nobody owns anything";
  return entries.map((entry) => wrongEntry(entry, mayOwn)).find((fault) => fault !== undefined);
}

function managersOf(views: Views): readonly Entry[] {
  return VERSIONS.flatMap((version) => {
    const { managedFields } = views[version]["metadata"] as { managedFields?: readonly Entry[] };
    return managedFields ?? [];
  });
}

interface Entry {
  readonly manager: string;
  readonly apiVersion: string;
  readonly fieldsV1: unknown;
}

function wrongEntry(entry: Entry, mayOwn: Subject["mayOwn"]): string | undefined {
  const { manager, apiVersion, fieldsV1 } = entry;
  const who = `${manager} of ${apiVersion}`;
  if (JSON.stringify(fieldsV1).includes(ANNOTATION)) return `${who} owns ${ANNOTATION}`;
  const allowed = mayOwn.get(`${manager} ${apiVersion.replace("prism.io/", "")}`);
  if (allowed === undefined) return `${who} owns something`;
  const owned = isRecord(fieldsV1) ? ownedFields(fieldsV1["f:spec"]) : new Set<string>();
  const others = [...owned].filter((path) => path !== "" && !allowed.has(path));
  return others.length === 0 ? undefined : `${who} owns ${others.join(", ")}`;
}
