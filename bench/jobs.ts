/** What is measured: each job is a turn of one or two requests about one object. */
import type { Bodies } from "./bodies.ts";
import { type Measured, measureInTurns, type Rounds, type Shape, send } from "./measure.ts";
import type { Job, Subject } from "./subject.ts";

interface JobStep {
  readonly job: Job;
  readonly bodyFile: string;
}

export interface MeasuredJob {
  readonly name: string;
  readonly steps: readonly JobStep[];
  /** What a server is asked once before. */
  readonly before?: readonly JobStep[];
  readonly shape: Shape;
  readonly rounds: Rounds;
}

const FULL: Rounds = { rounds: 3, warmupTurns: 5_000 };
const BRIEF: Rounds = { rounds: 3, warmupTurns: 1_500 };
const SIXTEEN: Shape = {
  protocol: "http/1.1",
  isUnique: true,
  connections: 16,
  turns: 3_000,
  atMostMs: 5_000,
};
const ONE: Shape = { ...SIXTEEN, connections: 1, turns: 1_000, atMostMs: 3_000 };

/** The pair is one write of an object that nobody has seen: what the API server asks of it. */
export const PAIR = "a new object: default, then validate";
const REFUSE = "refuse a new object, three faults";
const CONVERT = "convert one object";

/** One object a request, on sixteen connections. */
export function admissionJobs(bodies: Bodies, isSmoke: boolean): readonly MeasuredJob[] {
  const shape = isSmoke ? { ...SIXTEEN, turns: 500, atMostMs: 3_000 } : SIXTEEN;
  const rounds = isSmoke ? BRIEF : FULL;
  const job = (name: string, steps: MeasuredJob["steps"], isUnique: boolean): MeasuredJob => ({
    name,
    steps,
    shape: { ...shape, isUnique },
    rounds,
  });
  const mutate = (bodyFile: string) => ({ job: "mutate" as const, bodyFile });
  const validate = (bodyFile: string) => ({ job: "validate" as const, bodyFile });
  const convert = { job: "convert" as const, bodyFile: bodies.conversions.get(1) ?? "" };
  return [
    job(PAIR, [mutate(bodies.create), validate(bodies.defaulted)], true),
    job("default a new object", [mutate(bodies.create)], true),
    job("validate a new object", [validate(bodies.defaulted)], true),
    job("default the same object again", [mutate(bodies.create)], false),
    {
      ...job("validate what was just defaulted", [validate(bodies.defaulted)], false),
      before: [mutate(bodies.create)],
    },
    job(REFUSE, [validate(bodies.faulty)], true),
    job(CONVERT, [convert], false),
  ];
}

/** A write through v1alpha1, which the operator judges in both versions and the peer in one. */
export function olderJob(bodies: Bodies): MeasuredJob {
  const steps = [
    { job: "mutate" as const, bodyFile: bodies.createOlder },
    { job: "validate" as const, bodyFile: bodies.defaultedOlder },
  ];
  return { name: `${PAIR}, written as v1alpha1`, steps, shape: SIXTEEN, rounds: FULL };
}

/** The first jobs on one connection: how long one caller waits. */
export function aloneJobs(bodies: Bodies): readonly MeasuredJob[] {
  return admissionJobs(bodies, false).map(({ shape, ...job }) => ({
    ...job,
    name: `${job.name}, one connection`,
    shape: { ...ONE, isUnique: shape.isUnique },
    rounds: { rounds: 3, warmupTurns: 0 },
  }));
}

/** Many objects a request, one request after the other: the API server does that for old lists. */
export function conversionJobs(bodies: Bodies): readonly MeasuredJob[] {
  return [...bodies.conversions].slice(1).map(([count, bodyFile]) => ({
    name: `convert ${count} objects`,
    steps: [{ job: "convert" as const, bodyFile }],
    shape: { ...ONE, isUnique: false, turns: Math.ceil(20_000 / count), atMostMs: 6_000 },
    rounds: { rounds: 3, warmupTurns: Math.ceil(5_000 / count) },
  }));
}

/** The same work over HTTP/2, for servers that speak it. */
export function http2Jobs(bodies: Bodies): readonly MeasuredJob[] {
  const steps = [{ job: "validate" as const, bodyFile: bodies.defaulted }];
  const h2 = (shape: Shape): Shape => ({ ...shape, protocol: "h2" });
  return [
    { name: "validate a new object", steps, shape: h2(SIXTEEN), rounds: FULL },
    { name: "validate a new object, one connection", steps, shape: h2(ONE), rounds: FULL },
  ];
}

/** The steps of a job with a server's own paths. */
export function stepsFor({ steps }: Pick<MeasuredJob, "steps">, subject: Subject) {
  return steps.map(({ job, bodyFile }) => ({ path: subject.paths[job], bodyFile }));
}

/** Until its code is compiled a server needs tens of thousands of requests, of which a long-lived one notices nothing. */
const WARM_UP = { turns: 10_000, atMostMs: 20_000 };

/** Sends a server everything that it will be measured with. */
export async function warmUp(subject: Subject, bodies: Bodies): Promise<void> {
  for (const { name, steps } of admissionJobs(bodies, false)) {
    if (!WARMING.has(name)) continue;
    const load = { ...SIXTEEN, ...WARM_UP, port: subject.port };
    await send({ ...load, steps: stepsFor({ steps }, subject) });
  }
}

const WARMING: ReadonlySet<string> = new Set([PAIR, REFUSE, CONVERT]);

/** Measures a job, after what comes before it. */
export async function measureJob(
  subjects: readonly Subject[],
  { steps, before, shape, rounds }: MeasuredJob,
): Promise<ReadonlyMap<string, Measured>> {
  for (const subject of before === undefined ? [] : subjects) {
    const load = { ...shape, connections: 1, turns: 1, port: subject.port };
    await send({ ...load, steps: stepsFor({ steps: before ?? [] }, subject) });
  }
  return measureInTurns(subjects, (subject) => stepsFor({ steps }, subject), shape, rounds);
}
