/**
 * The long measurements of the reconciler: `npm run scale`, `npm run leaders`, `npm run churn`. Each starts a control plane of
 * its own, prints what was found beside what is promised and ends with 1 where a promise was not kept.
 */
import { cpus, loadavg } from "node:os";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { isStartFailure } from "../../../tools/control-plane/start-failure.ts";
import { openControlPlane } from "../control-plane.ts";
import { churn } from "./churn.ts";
import { churnReadings } from "./churn-report.ts";
import { strikeLeaders } from "./leaders.ts";
import { leadersReadings } from "./leaders-report.ts";
import { type MemberKind, measureMembers } from "./members.ts";
import { membersBesideGo, membersReadings } from "./members-report.ts";
import { writePage } from "./page.ts";
import { areKept, readingsTable } from "./reading.ts";
import { measureScale } from "./scale.ts";
import { besideGo, scaleReadings } from "./scale-report.ts";

const USAGE = 2;
/** An example asks for two cores in all; a fake node has 32. */
const CLUSTERS_ON_A_NODE = 12;

interface ScaleFlags {
  readonly kind: "PrismCluster" | MemberKind;
  readonly objects: number;
  readonly restSeconds: number;
  readonly deletions: number;
  readonly write: boolean;
}

async function scale(flags: ScaleFlags): Promise<boolean> {
  const { kind, objects: clusters, restSeconds, deletions, write } = flags;
  if (kind !== "PrismCluster") return scaleMembers(kind, flags);
  const busy = loadavg()[0] ?? 0;
  const nodes = Math.max(3, Math.ceil(clusters / CLUSTERS_ON_A_NODE));
  const plane = await openControlPlane({ isExclusive: true, nodes });
  try {
    const restMs = restSeconds * 1_000;
    const result = await measureScale(plane, {
      clusters,
      restMs,
      deletions,
      quietMs: 5_000,
      told: say,
    });
    const readings = scaleReadings(result);
    const text = [machine(busy), readingsTable(readings), besideGo(result)].join("\n\n");
    print(text);
    if (write) writePage("scale", text);
    return areKept(readings);
  } finally {
    await plane.close();
  }
}

/** A pod each; a node takes 110, and some are needed by their cluster. */
const MEMBERS_ON_A_NODE = 60;

async function scaleMembers(
  kind: MemberKind,
  { objects, restSeconds, write }: ScaleFlags,
): Promise<boolean> {
  const busy = loadavg()[0] ?? 0;
  const nodes = Math.max(3, Math.ceil(objects / MEMBERS_ON_A_NODE));
  const plane = await openControlPlane({ isExclusive: true, nodes });
  try {
    const options = { kind, objects, restMs: restSeconds * 1_000, quietMs: 5_000, told: say };
    const result = await measureMembers(plane, options);
    const readings = membersReadings(result);
    const text = [machine(busy), readingsTable(readings), membersBesideGo(result)].join("\n\n");
    print(text);
    if (write) writePage(`scale -- --kind ${kind}`, text);
    return areKept(readings);
  } finally {
    await plane.close();
  }
}

interface LeadersFlags {
  readonly minutes: number;
  readonly everySeconds: number;
  readonly clusters: number;
  readonly freezeEach: number;
  readonly write: boolean;
}

async function leaders(flags: LeadersFlags): Promise<boolean> {
  const { minutes, everySeconds, clusters, freezeEach, write } = flags;
  const strikes = Math.max(1, Math.floor((minutes * 60) / everySeconds));
  const plane = await openControlPlane({ isExclusive: true });
  try {
    const options = {
      operators: 3,
      clusters,
      everyMs: everySeconds * 1_000,
      strikes,
      freezeEach,
      leaseSeconds: 15,
    };
    const result = await strikeLeaders(plane, { ...options, told: say });
    const readings = leadersReadings(result);
    const text = readingsTable(readings);
    print(text);
    if (write) writePage("leaders", text);
    return areKept(readings);
  } finally {
    await plane.close();
  }
}

interface ChurnFlags {
  readonly objects: number;
  readonly atOnce: number;
  readonly write: boolean;
}

async function comeAndGo({ objects, atOnce, write }: ChurnFlags): Promise<boolean> {
  const plane = await openControlPlane({ isExclusive: true });
  try {
    const readings = churnReadings(await churn(plane, { objects, atOnce, looks: 10, told: say }));
    const text = readingsTable(readings);
    print(text);
    if (write) writePage("churn", text);
    return areKept(readings);
  } finally {
    await plane.close();
  }
}

function machine(busy: number): string {
  const { length, 0: first } = cpus();
  return `Node ${process.version}, ${length} cores (${first?.model ?? "unknown"}), load ${busy.toFixed(1)} before.`;
}

function describe(): Command {
  const program = new Command("endurance").exitOverride();
  program
    .command("scale")
    .description(
      "many PrismClusters like the example: start, rest, restart, one more, self-healing; or many members of one cluster",
    )
    .addOption(
      new Option("--kind <kind>", "of what")
        .choices(["PrismCluster", "PrismPattern", "PrismNamespace"])
        .default("PrismCluster"),
    )
    .option("--clusters, --objects <n>", "how many", whole, 200)
    .option("--rest-seconds <n>", "how long nothing may happen", whole, 120)
    .option("--deletions <n>", "children deleted by hand", whole, 20)
    .option("--write", "write the tables into docs/endurance.md", false)
    .action(async (flags: ScaleFlags) => ended(await scale(flags)));
  program
    .command("leaders")
    .description(
      "three operators whose leader is killed, or frozen beyond its lease, again and again",
    )
    .option("--minutes <n>", "how long", whole, 5)
    .option("--every-seconds <n>", "between two strikes", whole, 10)
    .option("--clusters <n>", "PrismClusters that users change meanwhile", whole, 5)
    .option(
      "--freeze-each <n>",
      "each so many strikes the leader is frozen and not killed",
      whole,
      6,
    )
    .option("--write", "write the table into docs/endurance.md", false)
    .action(async (flags: LeadersFlags) => ended(await leaders(flags)));
  program
    .command("churn")
    .description(
      "PrismClusters that are created and deleted, and what of them is left in the operator",
    )
    .option("--objects <n>", "how many", whole, 5_000)
    .option("--at-once <n>", "namespaces in which one follows the other", whole, 16)
    .option("--write", "write the table into docs/endurance.md", false)
    .action(async (flags: ChurnFlags) => ended(await comeAndGo(flags)));
  return program;
}

function ended(isKept: boolean): void {
  process.exitCode = isKept ? 0 : 1;
}

function whole(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 to 999999.");
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const INTERRUPTED = 130;
for (const name of ["SIGINT", "SIGTERM"] as const)
  process.once(name, () => process.exit(INTERRUPTED));
try {
  await describe().parseAsync(process.argv.slice(2), { from: "user" });
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  else if (isStartFailure(error)) {
    say(error.message);
    process.exitCode = 1;
  } else throw error;
}
