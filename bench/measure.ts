/** Readings of one server for one body: the load runs in a process of its own on the other core. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { LoadOptions, LoadResult } from "./load-client.ts";
import { median } from "./statistics.ts";
import { LOAD_CORE, pinned, type Subject } from "./subject.ts";

const CLIENT = fileURLToPath(new URL("./load-client.ts", import.meta.url));
const run = promisify(execFile);

/** One reading. Fails on answers other than 200: a fast refusal is no result. */
export async function measure(load: LoadOptions): Promise<LoadResult> {
  const [program = "", ...args] = pinned(LOAD_CORE, [
    process.execPath,
    CLIENT,
    JSON.stringify(load),
  ]);
  const { stdout } = await run(program, args);
  const result: LoadResult = JSON.parse(stdout);
  if (result.failures > 0) throw new Error(`${load.path}: ${result.failures} failed answers`);
  return result;
}

/** A reading with the processor time of one request, microseconds: what a busy machine changes least. */
export type Measured = LoadResult & { readonly cpuUs: number };

/** How a load is shaped, whatever it is sent to. */
export interface Rounds {
  readonly isUnique?: boolean;
  readonly rounds: number;
  readonly connections: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}

/** Medians over rounds, with all servers taking turns so that a busy moment hits them alike. */
export async function measureInTurns(
  subjects: readonly Subject[],
  pathOf: (subject: Subject) => string,
  bodyFile: string,
  { rounds, ...shape }: Rounds,
): Promise<ReadonlyMap<string, Measured>> {
  const readings = new Map<string, Measured[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) {
      const load = {
        isUnique: false,
        port: subject.port,
        path: pathOf(subject),
        bodyFile,
        ...shape,
      };
      const before = subject.cpuMs();
      const result = await measure(load);
      const cpuUs = ((subject.cpuMs() - before) * 1_000) / result.answered;
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
    answered: of("answered"),
    failures: 0,
    cpuUs: of("cpuUs"),
  };
}
