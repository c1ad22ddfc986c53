/** Readings of servers for one job: the load runs in a process of its own on the other core. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { LoadOptions, LoadResult } from "./load-client.ts";
import { median } from "./statistics.ts";
import { LOAD_CORE, pinned, type Subject } from "./subject.ts";

const CLIENT = fileURLToPath(new URL("./load-client.ts", import.meta.url));
const run = promisify(execFile);

/** Sends a load once. Fails on answers other than 200: a fast refusal is no result. */
export async function send(load: LoadOptions): Promise<LoadResult> {
  const [program = "", ...args] = pinned(LOAD_CORE, [
    process.execPath,
    CLIENT,
    JSON.stringify(load),
  ]);
  const { stdout } = await run(program, args);
  const result: LoadResult = JSON.parse(stdout);
  const [{ path = "" } = {}] = load.steps;
  if (result.failures > 0) throw new Error(`${path}: ${result.failures} failed answers`);
  return result;
}

/** A reading with the processor time of one turn, microseconds: what a busy machine changes least. */
export type Measured = LoadResult & { readonly cpuUs: number };

/** How often a job is measured, and how many turns before count for nothing: compilers need thousands. */
export interface Rounds {
  readonly rounds: number;
  readonly warmupTurns: number;
}

/** A load without the server it goes to. */
export type Shape = Omit<LoadOptions, "port" | "steps">;

/** Medians over rounds, with all servers taking turns so that a busy moment hits them alike. */
export async function measureInTurns(
  subjects: readonly Subject[],
  stepsOf: (subject: Subject) => LoadOptions["steps"],
  shape: Shape,
  { rounds, warmupTurns }: Rounds,
): Promise<ReadonlyMap<string, Measured>> {
  const readings = new Map<string, Measured[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const subject of subjects) {
      const load = { ...shape, port: subject.port, steps: stepsOf(subject) };
      if (round === 0) {
        if (warmupTurns > 0) await send({ ...load, turns: warmupTurns });
        continue;
      }
      const before = subject.cpuMs();
      const result = await send(load);
      const cpuUs = ((subject.cpuMs() - before) * 1_000) / result.turns;
      readings.get(subject.name)?.push({ ...result, cpuUs });
    }
  }
  return new Map([...readings].map(([name, results]) => [name, medianOf(results)]));
}

function medianOf(results: readonly Measured[]): Measured {
  const of = (key: keyof Measured): number => median(results.map((result) => result[key]));
  return {
    perSecond: of("perSecond"),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    requests: of("requests"),
    turns: of("turns"),
    failures: 0,
    cpuUs: of("cpuUs"),
  };
}
