/**
 * `npm run bench`: the operator's webhooks beside a bare node:https server and the same webhooks in Go, in one run, one
 * core each. `--smoke` takes seconds, leaves the peer out and fails where a share of the floor fell by a fifth. `--write`
 * puts the tables into docs/benchmarks.md.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { issueAuthority, issueLeaf } from "../certs/certificate.ts";
import { type Bodies, writeBodies } from "./bodies.ts";
import { measure, measureInTurns, type Rounds } from "./measure.ts";
import { buildPeer } from "./peer.ts";
import {
  admissionShare,
  costTable,
  FLOOR,
  OPERATOR,
  PEER,
  type Reading,
  ratio,
  readingsTable,
} from "./report.ts";
import { type Job, type Subject, type SubjectPlan, startSubject } from "./subject.ts";

const FULL: Rounds = { rounds: 3, connections: 16, warmupMs: 1_000, measureMs: 3_000 };
const SMOKE: Rounds = { rounds: 3, connections: 16, warmupMs: 500, measureMs: 700 };
/** A ratio may fall by so much, by noise, before the smoke test fails. */
const TOLERANCE = 0.8;
const BASELINE = new URL("./baseline.json", import.meta.url);
const REPORT = new URL("../docs/benchmarks.md", import.meta.url);
const MARK = "<!-- printed by npm run bench -->";

const { values: flags } = parseArgs({
  options: { smoke: { type: "boolean" }, write: { type: "boolean" } },
});

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "prism-bench-"));
  const subjects: Subject[] = [];
  try {
    const bodies = writeBodies(folder);
    await writeCertificate(folder);
    const peer = flags.smoke ? undefined : buildPeer(say);
    for (const plan of plans(folder, peer)) subjects.push(await startSubject(plan));
    return flags.smoke ? await smoke(subjects, bodies) : await full(subjects, bodies);
  } finally {
    await Promise.all(subjects.map((subject) => subject.stop()));
    rmSync(folder, { recursive: true });
  }
}

function plans(folder: string, peer: string | undefined): readonly SubjectPlan[] {
  const own: Record<Job, string> = {
    mutate: "/mutate",
    validate: "/validate",
    convert: "/convert",
  };
  const script = (file: string): readonly string[] => [
    process.execPath,
    fileURLToPath(new URL(file, import.meta.url)),
    folder,
  ];
  const node: SubjectPlan[] = [
    { name: FLOOR, command: script("./floor-server.ts"), takesPort: false, paths: own },
    { name: OPERATOR, command: script("./operator-server.ts"), takesPort: false, paths: own },
  ];
  if (peer === undefined) return node;
  const paths = { ...own, mutate: "/default" };
  const command = ["env", "GOMAXPROCS=1", peer, "-certs", folder];
  return [...node, { name: PEER, command, takesPort: true, paths }];
}

/** The jobs that the API server sends one object at a time; the first two are one write of a new object. */
async function readJobs(
  subjects: readonly Subject[],
  bodies: Bodies,
  rounds: Rounds,
): Promise<readonly Reading[]> {
  const { create, defaulted, faulty, conversions } = bodies;
  const jobs: readonly [string, Job, string, boolean][] = [
    ["default an object never seen", "mutate", create, true],
    ["validate what was just defaulted", "validate", defaulted, false],
    ["default an object again", "mutate", create, false],
    ["validate an object never seen", "validate", defaulted, true],
    ["refuse an object never seen", "validate", faulty, true],
    ["convert one object", "convert", conversions.get(1) ?? "", false],
  ];
  const readings: Reading[] = [];
  for (const [job, on, body, isUnique] of jobs) {
    say(job);
    const shape = { ...rounds, isUnique };
    const results = await measureInTurns(subjects, ({ paths }) => paths[on], body, shape);
    readings.push({ job, results });
  }
  return readings;
}

async function full(subjects: readonly Subject[], bodies: Bodies): Promise<number> {
  const busy = loadavg()[0] ?? 0;
  const jobs = await readJobs(subjects, bodies, FULL);
  const single = { ...FULL, connections: 1, measureMs: 2_000 };
  const alone = (await readJobs(subjects, bodies, single)).map((reading) => ({
    ...reading,
    job: `${reading.job}, one connection`,
  }));
  const large: Reading[] = [];
  for (const [count, body] of bodies.conversions) {
    if (count === 1) continue;
    say(`convert ${count} objects`);
    const rounds = { rounds: 3, connections: 1, warmupMs: 500, measureMs: 3_000 };
    const results = await measureInTurns(subjects, ({ paths }) => paths.convert, body, rounds);
    large.push({ job: `convert ${count} objects, one connection`, results });
  }
  const share = admissionShare(jobs.slice(0, 2));
  const lines = [
    `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, load of the machine ${busy.toFixed(1)} before.`,
    "",
    readingsTable([...jobs, ...alone, ...large]),
    "",
    costTable(subjects),
    "",
    ...(share === undefined
      ? ["Go is missing on this machine: no peer."]
      : [
          `Defaulting a new object and validating it takes ${(share.ofPeer * 100).toFixed(0)} % of the peer's processor time (${share.timesFaster.toFixed(1)} times as fast).`,
        ]),
    "",
    await beside(subjects, bodies),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (!flags.write) return 0;
  if (busy > cpus().length) {
    say(`the machine is busy (load ${busy.toFixed(1)}): nothing is written`);
    return 1;
  }
  writeReport(lines.join("\n"), jobs);
  return 0;
}

/** Admission latency while the largest review is being converted. */
async function beside(subjects: readonly Subject[], bodies: Bodies): Promise<string> {
  const operator = subjects.find(({ name }) => name === OPERATOR);
  const large = bodies.conversions.get(10_000);
  if (operator === undefined || large === undefined) return "";
  say("validate while 10,000 objects are converted");
  const load = {
    port: operator.port,
    isUnique: true,
    connections: 1,
    warmupMs: 500,
    measureMs: 6_000,
  };
  const [validate] = await Promise.all([
    measure({ ...load, path: operator.paths.validate, bodyFile: bodies.defaulted }),
    measure({ ...load, path: operator.paths.convert, bodyFile: large }),
  ]);
  return `While 10,000 objects are converted all the time, on the same core, a validation takes ${validate.p50Ms.toFixed(1)} ms (p50), ${validate.p99Ms.toFixed(0)} ms (p99).`;
}

async function smoke(subjects: readonly Subject[], bodies: Bodies): Promise<number> {
  const jobs = await readJobs(subjects, bodies, SMOKE);
  const baseline: Record<string, number> = JSON.parse(readFileSync(BASELINE, "utf8"));
  let fallen = 0;
  for (const reading of jobs) {
    const now = ratio(reading, FLOOR) ?? 0;
    const before = baseline[reading.job] ?? Number.POSITIVE_INFINITY;
    const isFallen = now < before * TOLERANCE;
    if (isFallen) fallen++;
    say(`${reading.job}: ${now.toFixed(2)} of the floor, was ${before}${isFallen ? ": FELL" : ""}`);
  }
  return fallen === 0 ? 0 : 1;
}

function writeReport(text: string, jobs: readonly Reading[]): void {
  const before = readFileSync(REPORT, "utf8").split(MARK);
  writeFileSync(REPORT, [before[0], `\n${text}\n`, before[2] ?? "\n"].join(MARK));
  const ratios = jobs.map((job) => [job.job, Number((ratio(job, FLOOR) ?? 0).toFixed(2))]);
  writeFileSync(BASELINE, `${JSON.stringify(Object.fromEntries(ratios), undefined, 2)}\n`);
}

async function writeCertificate(folder: string): Promise<void> {
  const leaf = await issueLeaf(await issueAuthority(Date.now()), ["localhost"], Date.now());
  writeFileSync(join(folder, "tls.crt"), leaf.cert);
  writeFileSync(join(folder, "tls.key"), leaf.key, { mode: 0o600 });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

process.exitCode = await main();
