/** The short form for CI: the operator's share of the floor, by processor time, against the one on record. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Bodies } from "./bodies.ts";
import { admissionJobs, measureJob, warmUp } from "./jobs.ts";
import { FLOOR, type Reading, ratio } from "./report.ts";
import type { Subject } from "./subject.ts";

const BASELINE = new URL("./baseline.json", import.meta.url);
/** A ratio may fall by so much, by noise, before the smoke test fails. */
const TOLERANCE = 0.8;

type Baseline = Readonly<Record<string, number>>;

/** The shares on record, by job. */
export function readBaseline(): Baseline {
  return JSON.parse(readFileSync(BASELINE, "utf8"));
}

/** Puts the shares of a calm machine on record. */
export function writeBaseline(readings: readonly Reading[]): void {
  const shares = readings.map((one) => [one.job, Number((ratio(one, FLOOR) ?? 0).toFixed(2))]);
  writeFileSync(BASELINE, `${JSON.stringify(Object.fromEntries(shares), undefined, 2)}\n`);
}

/** 0 when no share fell. A job that seems to have fallen is measured once more: a busy machine disturbs one reading, not two. */
export async function smokeRun(
  subjects: readonly Subject[],
  bodies: Bodies,
  baseline: Baseline,
  say: (line: string) => void,
): Promise<number> {
  for (const subject of subjects) await warmUp(subject, bodies);
  let fallen = 0;
  for (const job of admissionJobs(bodies, true)) {
    const least = (baseline[job.name] ?? Number.POSITIVE_INFINITY) * TOLERANCE;
    const read = async (): Promise<number> => {
      const results = await measureJob(subjects, job);
      return ratio({ job: job.name, results }, FLOOR) ?? 0;
    };
    const first = await read();
    const share = first < least ? Math.max(first, await read()) : first;
    const isFallen = share < least;
    if (isFallen) fallen++;
    const verdict = isFallen ? ": FELL" : "";
    say(`${job.name}: ${share.toFixed(2)} of the floor, was ${baseline[job.name]}${verdict}`);
  }
  return fallen === 0 ? 0 : 1;
}
