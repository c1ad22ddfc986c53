/** `prismctl upgrade check`: every object and CRD of ours against what comes next. */
import { openWorld } from "../cluster/open-world.ts";
import { prismObjects } from "../cluster/world.ts";
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Paint } from "../frame/paint.ts";
import type { Session } from "../frame/session.ts";
import { CrdSet } from "../manifest/crd-set.ts";
import type { upgradeOptions } from "./command.ts";
import { type JudgedObject, judgeForUpgrade, type UpgradeFault } from "./judge.ts";
import { type JudgedCrd, judgeCrds } from "./stored-versions.ts";

/** The answer. */
export interface UpgradeReport {
  readonly takenAt: string;
  readonly source: string;
  /** Where the next CRDs are from. */
  readonly next: string;
  readonly isClear: boolean;
  readonly crds: readonly JudgedCrd[];
  readonly objects: readonly JudgedObject[];
  readonly notRead: readonly string[];
}

type Options = typeof upgradeOptions;

async function run({ options }: Input<Options>, session: Session<UpgradeReport>): Promise<Exit> {
  const next = await CrdSet.read(options.crd).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(message, { exit: "failed", cause: error });
  });
  // An upgrade is of the whole cluster, unless one namespace is asked for.
  const allNamespaces = options.allNamespaces || options.namespace === undefined;
  const { world } = await openWorld({ ...options, allNamespaces }, session);
  const crds = judgeCrds(world, next);
  const objects = prismObjects(world).map((object) => judgeForUpgrade(object, next));
  const faults = [...crds, ...objects].flatMap((one) => one.faults);
  const isClear = !faults.some(({ outcome }) => outcome === "blocks");
  await session.show({
    takenAt: world.takenAt,
    source: world.source,
    next: options.crd.length === 0 ? `prismctl ${world.clientVersion}` : options.crd.join(", "),
    isClear,
    crds,
    objects,
    notRead: world.gaps.map(({ collector, message }) => `${collector}: ${message}`),
  });
  return isClear ? "done" : "refused";
}

function text({ crds, objects, next, isClear, notRead }: UpgradeReport, paint: Paint): string {
  const lines = [
    ...crds.flatMap(({ crd, storedVersions, faults }) => [
      `CustomResourceDefinition ${crd} (stored: ${storedVersions.join(", ")})${faults.length === 0 ? ": ok" : ""}`,
      ...faults.map((one) => faultLine(one, paint)),
    ]),
    ...objects.flatMap(({ object, owners, faults }) => {
      const kept = owners.map(({ tool, name }) => `${tool} ${name}`).join(", ");
      const head = `${object}${kept === "" ? "" : ` (kept by ${kept})`}${faults.length === 0 ? ": ok" : ""}`;
      return [head, ...faults.map((one) => faultLine(one, paint))];
    }),
    ...notRead.map((one) => `not read: ${one}`),
  ];
  const end = isClear
    ? paint("green", `Nothing blocks ${next}.`)
    : paint("red", `Not ready for ${next}.`);
  return `${[...lines, end].join("\n")}\n`;
}

function faultLine({ outcome, reason, field, message }: UpgradeFault, paint: Paint): string {
  const mark = outcome === "blocks" ? paint("red", "BLOCKS") : paint("yellow", "warns ");
  return `  ${mark}  ${reason}: ${field === undefined ? "" : `${field}: `}${message}`;
}

/** The code of the command. */
export const body: CommandBody<Options, UpgradeReport> = { run, printers: { text } };
