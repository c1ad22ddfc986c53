/** Everything that is measured, as the text of docs/benchmarks.md. */
import type { Bodies } from "./bodies.ts";
import {
  admissionJobs,
  aloneJobs,
  conversionJobs,
  http2Jobs,
  type MeasuredJob,
  measureJob,
  olderJob,
  PAIR,
  warmUp,
} from "./jobs.ts";
import { send } from "./measure.ts";
import {
  costTable,
  FLOOR,
  FLOOR_HTTP2,
  OPERATOR,
  PEER,
  protocolTable,
  type Reading,
  ratio,
  readingsTable,
  roundTripTable,
} from "./report.ts";
import { measureRoundTrips } from "./round-trip.ts";
import { compileMs, prismctlMs } from "./start-up.ts";
import type { Subject } from "./subject.ts";

export interface FullRun {
  readonly subjects: readonly Subject[];
  readonly bodies: Bodies;
  readonly caBundle: string;
  readonly say: (line: string) => void;
}

/** Measures all; `jobs` are the readings that the smoke test compares with. */
export async function fullRun(
  run: FullRun,
): Promise<{ readonly text: string; readonly jobs: readonly Reading[] }> {
  const { subjects, bodies, caBundle, say } = run;
  const main = subjects.filter(({ name }) => name !== FLOOR_HTTP2);
  say("warm-up");
  for (const subject of main) await warmUp(subject, bodies);
  const rest = { prismctl: prismctlMs(), compile: compileMs() };
  const jobs = await readAll(main, admissionJobs(bodies, false), say);
  const older = await readAll(main, [olderJob(bodies)], say);
  const alone = await readAll(main, aloneJobs(bodies), say);
  const large = await readAll(main, conversionJobs(bodies), say);
  const http2 = await readHttp2(subjects, bodies, say);
  const lag = await beside(subjects, bodies, say);
  const costs = costTable(subjects);
  say("round trips through the API server");
  const answering = subjects.filter(({ name }) => name === OPERATOR || name === PEER);
  const trips = await measureRoundTrips(answering, caBundle);
  const sections = [
    readingsTable([...jobs, ...older, ...alone, ...large]),
    pairLine(jobs),
    lag,
    protocolTable([...jobs, ...alone], http2),
    roundTripTable(trips),
    costs,
    `\`prismctl validate\` takes ${rest.prismctl.toFixed(0)} ms from its start to its end; reading and compiling all CRDs takes ${rest.compile.toFixed(0)} ms.`,
  ];
  return { text: sections.join("\n\n"), jobs };
}

async function readAll(
  subjects: readonly Subject[],
  jobs: readonly MeasuredJob[],
  say: FullRun["say"],
): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const job of jobs) {
    say(`${job.name} (${job.shape.protocol})`);
    const results = await measureJob(subjects, job);
    readings.push({ job: job.name, results });
  }
  return readings;
}

/** The floor speaks one protocol a process, Go both. */
async function readHttp2(
  subjects: readonly Subject[],
  bodies: Bodies,
  say: FullRun["say"],
): Promise<readonly Reading[]> {
  const speaking = subjects.filter(({ name }) => name === FLOOR_HTTP2 || name === PEER);
  const readings = await readAll(speaking, http2Jobs(bodies), say);
  return readings.map(({ job, results }) => ({
    job,
    results: new Map([...results].map(([name, one]) => [name === PEER ? PEER : FLOOR, one])),
  }));
}

function pairLine(jobs: readonly Reading[]): string {
  const pair = jobs.find(({ job }) => job === PAIR);
  const times = pair === undefined ? undefined : ratio(pair, PEER);
  return times === undefined
    ? "Go is missing on this machine: no peer."
    : `Defaulting a new object and then validating it is ${times.toFixed(1)} times as fast as the peer's two calls.`;
}

const ADMISSIONS = 3_000;
/** More than are converted while the admissions last. */
const LARGE_REVIEWS = 100;

/** Admission latency while the largest review is being converted, over and over. */
async function beside(
  subjects: readonly Subject[],
  bodies: Bodies,
  say: FullRun["say"],
): Promise<string> {
  const operator = subjects.find(({ name }) => name === OPERATOR);
  if (operator === undefined) return "";
  say("validate while 10,000 objects are converted");
  const { port, paths } = operator;
  const load = { port, protocol: "http/1.1" as const, connections: 1, atMostMs: 8_000 };
  await operator.lagMs();
  const [validate] = await Promise.all([
    send({
      ...load,
      isUnique: true,
      turns: ADMISSIONS,
      steps: [{ path: paths.validate, bodyFile: bodies.defaulted }],
    }),
    send({
      ...load,
      isUnique: false,
      turns: LARGE_REVIEWS,
      steps: [{ path: paths.convert, bodyFile: bodies.conversions.get(10_000) ?? "" }],
    }),
  ]);
  const lagMs = await operator.lagMs();
  return `While 10,000 objects are converted all the time, on the same core, validating a new object takes ${validate.p50Ms.toFixed(1)} ms (p50), ${validate.p99Ms.toFixed(0)} ms (p99), and the event loop is ${lagMs.toFixed(0)} ms late at most in 99 of 100 looks.`;
}
