/** `prismctl adopt --dry-run`: the operator's decisions about everything that is there under its names. */
import { Readable } from "node:stream";
import { type OpenCluster, openCluster, takeWorld } from "../cluster/open-world.ts";
import { objectsOf, type World } from "../cluster/world.ts";
import { exportOf } from "../export/export.ts";
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Paint, PaintFormat } from "../frame/paint.ts";
import type { Session } from "../frame/session.ts";
import { type GatheredObject, gather } from "../manifest/gathering.ts";
import { livePlan, type Step, type StepAction } from "../plan/live-plan.ts";
import { subjectsIn } from "../plan/subjects.ts";
import type { adoptOptions } from "./command.ts";

/** The answer. */
export interface AdoptReport {
  readonly takenAt: string;
  readonly namespace: string;
  /** `PrismCluster prism-local`, and where it came from. */
  readonly subject: string;
  readonly origin: "file" | "cluster" | "export";
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
  readonly hasConflicts: boolean;
}

type Options = typeof adoptOptions;

async function run({ options }: Input<Options>, session: Session<AdoptReport>): Promise<Exit> {
  if (!options.dryRun) {
    const message =
      "the operator adopts when the object is applied; write --dry-run to be told what it would do";
    throw new CommandFailed(message, { exit: "usage" });
  }
  const cluster = await openCluster(options, session);
  const { namespace } = cluster;
  const world = await takeWorld(cluster, { ...options, namespace });
  const { found, origin } = await subject(options.file, world, { cluster, session });
  const { steps, notes } = await livePlan(found.source.own, found.hub, { world, cluster });
  const hasConflicts = steps.some(({ action }) => action === "conflict");
  const { kind, metadata } = found.hub;
  await session.show({
    takenAt: world.takenAt,
    namespace,
    subject: `${kind} ${metadata.name}`,
    origin,
    steps,
    notes,
    hasConflicts,
  });
  return hasConflicts ? "refused" : "done";
}

/** What is asked about: a file, what is stored, or what an export would write. */
async function subject(
  file: string | undefined,
  world: World,
  { cluster, session }: { readonly cluster: OpenCluster; readonly session: Session<AdoptReport> },
): Promise<{ readonly found: GatheredObject; readonly origin: AdoptReport["origin"] }> {
  const { namespace, source } = cluster;
  if (file !== undefined) {
    return {
      found: first(await subjectsIn([file], session.stdin, namespace), file),
      origin: "file",
    };
  }
  const [stored] = objectsOf(world, "PrismCluster", namespace);
  if (stored !== undefined) return { found: await ofObject(stored, namespace), origin: "cluster" };
  const order = { namespace, name: "prism-local", source, takenAt: world.takenAt };
  const { prismCluster, taken } = await exportOf(world.objects, order);
  if (taken.length === 0) {
    const message = `namespace ${namespace} has neither a PrismCluster nor anything that is Prism's`;
    throw new CommandFailed(message, { exit: "failed" });
  }
  return { found: await ofObject(prismCluster, namespace), origin: "export" };
}

async function ofObject(object: object, namespace: string): Promise<GatheredObject> {
  const { own } = await gather(["-"], Readable.from([JSON.stringify(object)]), namespace);
  return first(own, "the object");
}

function first(found: readonly GatheredObject[], file: string): GatheredObject {
  const one = found.find(({ hub }) => hub.kind === "PrismCluster") ?? found[0];
  if (one === undefined)
    throw new CommandFailed(`${file} has no prism.io object`, { exit: "failed" });
  return one;
}

const WORDS: Readonly<Record<StepAction, { readonly word: string; readonly format: PaintFormat }>> =
  {
    take: { word: "take over", format: "green" },
    none: { word: "is ours", format: "dim" },
    create: { word: "make", format: "cyan" },
    update: { word: "change", format: "yellow" },
    remake: { word: "make anew", format: "yellow" },
    remove: { word: "remove", format: "yellow" },
    wait: { word: "is going", format: "yellow" },
    conflict: { word: "CONFLICT", format: "red" },
  };
const NAMED = 5;

function text(
  { subject: about, namespace, origin, steps, notes, hasConflicts }: AdoptReport,
  paint: Paint,
): string {
  const width = Math.max(...steps.map(({ kind, name }) => kind.length + name.length + 1), 0);
  const lines = steps.flatMap(({ action, kind, name, restarts, differences, reasons }) => {
    const { word, format } = WORDS[action];
    const more = differences.length > NAMED ? ` and ${differences.length - NAMED} more` : "";
    const differs =
      differences.length === 0
        ? ""
        : `  differs at ${differences.slice(0, NAMED).join(", ")}${more}`;
    const pods = restarts ? paint("red", "  RESTARTS") : "";
    return [
      `${paint(format, word.padEnd(9))}  ${`${kind} ${name}`.padEnd(width)}${pods}${differs}`.trimEnd(),
      ...reasons.map((one) => `             ${one}`),
    ];
  });
  const end = hasConflicts
    ? "Something is in the way; nothing else is held back by it."
    : "Nothing is in the way.";
  const said = notes.map((one) => `note: ${one}`);
  return `${[`${about} in ${namespace} (from the ${origin}):`, ...lines, ...said, end].join("\n")}\n`;
}

/** The code of the command. */
export const body: CommandBody<Options, AdoptReport> = { run, printers: { text } };
