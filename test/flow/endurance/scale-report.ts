/** What a scale run is held to, and its figures beside those of the Go operator that Prism began with. */
import { atMost, none, type Reading, told } from "./reading.ts";
import type { ScaleResult } from "./scale.ts";

/** Of 200 clusters on two cores that are shared with the control plane. */
const START_SECONDS_EACH = (8 * 60) / 200;
/** A single one has to go through all stages, too. */
const START_SECONDS = 60;
const PEAK_MIB = 256;
const REST_PERCENT = 1;
const REQUESTS_BESIDE_CHILDREN = 10;
const HEALING_MS = 100;

/** Every figure with its limit. */
export function scaleReadings(result: ScaleResult): readonly Reading[] {
  const { clusters, children } = result;
  const methods = Object.entries(result.requestsByVerb)
    .filter(([, count]) => count > 0)
    .map(([verb, count]) => `${count} ${verb}`);
  return [
    told("PrismClusters like the example, each in its namespace", String(clusters)),
    atMost(
      "from the first apply to all Running",
      result.startMs / 1_000,
      Math.max(START_SECONDS, Math.ceil(clusters * START_SECONDS_EACH)),
      "s",
    ),
    atMost(
      "requests for one more example",
      result.requests,
      children + REQUESTS_BESIDE_CHILDREN,
      "",
    ),
    told("these are", methods.join(", ")),
    told("children of one example", String(children)),
    told(
      "requests a cluster while all start at once",
      (result.requestsAtStart / clusters).toFixed(1),
    ),
    none("objects changed at rest", result.restWrites),
    told("requests at rest, without leases and watches", String(result.restRequests)),
    atMost("processor at rest", result.restCpu * 100, REST_PERCENT, "% of a core"),
    told("memory at rest", `${result.restRssMib.toFixed(0)} MiB`),
    atMost("most memory at any time", Math.round(result.peakRssMib), PEAK_MIB, "MiB"),
    atMost("a child deleted by hand is back after (median)", result.healingMs, HEALING_MS, "ms"),
    told("a restart is ready and has looked at all after", seconds(result.restartMs)),
    none("objects changed by a restart", result.restartWrites),
  ];
}

/**
 * The upstream Go operator (PrismPattern only, controller-runtime 0.16) on the same kind of control plane: 200 objects of
 * one Deployment each. Measured once, before this operator was written.
 */
const GO = {
  requestsPerObject: 19,
  uselessUpdates: 769,
  restartUpdates: 3_003,
  restartSeconds: 49,
  restartObjects: 1_001,
  healing: "13 to 101 ms",
  restMib: 46,
};

/** The table of both. Requests are compared by child: a PrismCluster is forty objects, a PrismPattern of theirs one to three. */
export function besideGo(result: ScaleResult): string {
  const perChild = (result.requests / result.children).toFixed(1);
  const rows: readonly (readonly [string, string, string])[] = [
    ["requests for one new object", String(result.requests), String(GO.requestsPerObject)],
    ["children of that object", String(result.children), "1 to 3"],
    [
      "requests a child",
      perChild,
      `${(GO.requestsPerObject / 3).toFixed(1)} to ${GO.requestsPerObject}`,
    ],
    ["updates that change nothing", "0", `${GO.uselessUpdates} for 200 objects`],
    [
      "writes after a restart",
      String(result.restartWrites.length),
      `${GO.restartUpdates} for ${GO.restartObjects.toLocaleString("en")} objects`,
    ],
    ["settled after a restart", seconds(result.restartMs), `${GO.restartSeconds} s`],
    ["a deleted child is back after", `${result.healingMs.toFixed(0)} ms (median)`, GO.healing],
    ["pace", "API priority and fairness", "20 requests a second, one worker"],
    ["memory at rest", `${result.restRssMib.toFixed(0)} MiB`, `${GO.restMib} MB`],
  ];
  const lines = rows.map((row) => `| ${row.join(" | ")} |`);
  return ["| | this operator | the Go operator |", "| --- | --- | --- |", ...lines].join("\n");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
