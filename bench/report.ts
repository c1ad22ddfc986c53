/** Prints readings as Markdown, for the terminal and for docs/benchmarks.md. */
import type { Measured } from "./measure.ts";
import type { Subject } from "./subject.ts";

export const FLOOR = "floor";
export const OPERATOR = "operator";
export const PEER = "controller-runtime";

/** One job, measured on every server; results are by the server's name. */
export interface Reading {
  readonly job: string;
  readonly results: ReadonlyMap<string, Measured>;
}

/** How fast the operator is as a share of another server, by processor time; undefined where that one is not there. */
export function ratio(reading: Reading, other: string): number | undefined {
  const own = reading.results.get(OPERATOR)?.cpuUs;
  const theirs = reading.results.get(other)?.cpuUs;
  return own === undefined || theirs === undefined ? undefined : theirs / own;
}

/** The table of all jobs. */
export function readingsTable(readings: readonly Reading[]): string {
  const servers = [FLOOR, OPERATOR, PEER];
  const head = [
    "job",
    ...servers.map((server) => `${server}: CPU µs; req/s, p99 ms`),
    "share of floor",
    "times the peer",
  ];
  const rows = readings.map((reading) => [
    reading.job,
    ...servers.map((server) => cell(reading.results.get(server))),
    percent(ratio(reading, FLOOR)),
    times(ratio(reading, PEER)),
  ]);
  return table([head, ...rows]);
}

/** The table of what the servers cost at rest and at most. */
export function costTable(subjects: readonly Subject[]): string {
  const head = ["server", "start, ms", "memory at rest, MiB", "peak after all jobs, MiB"];
  const rows = subjects.map((subject) => [
    subject.name,
    subject.startMs.toFixed(0),
    subject.restMb.toFixed(0),
    subject.peakMb().toFixed(0),
  ]);
  return table([head, ...rows]);
}

/** The processor time of several jobs together: the operator's as a share of the peer's; undefined without a peer. */
export function admissionShare(
  readings: readonly Reading[],
): { readonly ofPeer: number; readonly timesFaster: number } | undefined {
  const seconds = (server: string): number =>
    readings.reduce((sum, { results }) => sum + (results.get(server)?.cpuUs ?? Number.NaN), 0);
  const ofPeer = seconds(OPERATOR) / seconds(PEER);
  return Number.isNaN(ofPeer) ? undefined : { ofPeer, timesFaster: 1 / ofPeer };
}

function cell(result: Measured | undefined): string {
  if (result === undefined) return "-";
  const { cpuUs, perSecond, p99Ms } = result;
  const rate = perSecond >= 100 ? perSecond.toFixed(0) : perSecond.toFixed(1);
  return `${cpuUs.toFixed(0)}; ${rate}, ${p99Ms.toFixed(1)}`;
}

function percent(share: number | undefined): string {
  return share === undefined ? "-" : `${(share * 100).toFixed(0)} %`;
}

function times(factor: number | undefined): string {
  return factor === undefined ? "-" : factor.toFixed(1);
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
