/** Prints readings as Markdown, for the terminal and for docs/benchmarks.md. */
import type { Measured } from "./measure.ts";
import type { RoundTrips } from "./round-trip.ts";
import type { Subject } from "./subject.ts";

export const FLOOR = "floor";
export const FLOOR_HTTP2 = "floor on HTTP/2";
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

/** The table of the same jobs over both versions of HTTP, by server. */
export function protocolTable(http1: readonly Reading[], http2: readonly Reading[]): string {
  const rows = http2.flatMap(({ job, results }) => {
    const other = http1.find((reading) => reading.job === job)?.results;
    return [...results].map(([server, reading]) => {
      const before = other?.get(server);
      const cost = before === undefined ? undefined : reading.cpuUs / before.cpuUs;
      return [job, server, cell(before), cell(reading), `${times(cost)} times`];
    });
  });
  return table([["job", "server", "HTTP/1.1", "HTTP/2", "processor time of HTTP/2"], ...rows]);
}

/** The table of writes through the API server. */
export function roundTripTable(trips: RoundTrips): string {
  const servers = ["no webhooks", OPERATOR, PEER];
  const head = ["write", ...servers.map((server) => `${server}: kubectl apply, write alone, ms`)];
  const rows = [...trips].map(([what, byServer]) => [
    what,
    ...servers.map((server) => {
      const trip = byServer.get(server);
      return trip === undefined ? "-" : `${trip.kubectlMs.toFixed(0)}, ${trip.writeMs.toFixed(1)}`;
    }),
  ]);
  return table([head, ...rows]);
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
