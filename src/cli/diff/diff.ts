/** `prismctl diff`: two sets of files, object by object. */
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import { familyOf, type Gathering, gather } from "../manifest/gathering.ts";
import { RENDER_OPTIONS, type RenderSettings, settingsOf } from "../render/settings.ts";
import type { diffOptions } from "./command.ts";
import { type Comparison, compareStates, type State } from "./comparison.ts";
import { type Pair, pairs } from "./pair.ts";
import { comparisonText } from "./text.ts";
import { unifiedPatch } from "./unified.ts";

type Options = typeof diffOptions;

/** All objects of both sides. */
export interface DiffReport {
  readonly comparisons: readonly Comparison[];
  /** For the form `unified`. */
  readonly patch?: string;
}

async function run(input: Input<Options>, session: Session<DiffReport>): Promise<Exit> {
  const [before = "", after] = input.arguments;
  if (after === undefined) return withCluster(before, input.options, session);
  if (before === "-" && after === "-") {
    throw new CommandFailed("standard input can be only one of the two", { exit: "usage" });
  }
  const settings = settingsOf(input.options);
  const { namespace } = settings;
  const old = await gather([before], session.stdin, namespace, session.environment);
  const now = await gather([after], session.stdin, namespace, session.environment);
  const found = pairs(statesOf(old, settings), statesOf(now, settings));
  const comparisons = found.map((pair) => compareStates(pair.before, pair.after));
  const patch = session.form === "unified" ? { patch: patchOf(found) } : {};
  await session.show({ comparisons, ...patch });
  return comparisons.some(({ change }) => change !== "none") ? "refused" : "done";
}

/** The name of a namespace that nobody wrote is that of the context, as for kubectl. */
async function withCluster(
  file: string,
  options: Input<Options>["options"],
  session: Session<DiffReport>,
): Promise<Exit> {
  const { compareLive } = await import("./live.ts");
  const isSaid = options.namespace !== RENDER_OPTIONS.namespace.initial;
  const namespace = isSaid ? options.namespace : undefined;
  const comparisons = await compareLive(file, { ...options, namespace }, session);
  await session.show({ comparisons });
  return comparisons.some(({ change }) => change !== "none") ? "refused" : "done";
}

function statesOf(files: Gathering, settings: RenderSettings): readonly State[] {
  const family = familyOf(files);
  return files.own.map((object) => ({
    object,
    surroundings: { settings, family, objects: files.others },
  }));
}

function patchOf(found: readonly Pair[]): string {
  return found.map(({ before, after }) => unifiedPatch(before, after)).join("");
}

/** The code of the command. */
export const body: CommandBody<Options, DiffReport> = {
  run,
  printers: {
    text: ({ comparisons }, paint) => comparisonText(comparisons, paint),
    unified: ({ patch = "" }) => patch,
  },
};
