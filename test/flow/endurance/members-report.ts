/** What a run over many PrismPatterns or tenants is held to, and its figures beside those of the Go operator that Prism began with. */
import type { MembersResult } from "./members.ts";
import { atMost, none, type Reading, told } from "./reading.ts";

/** Of 200 objects on two cores that are shared with the control plane and kubectl. */
const EXIST_SECONDS = 5;
const OBJECTS = 200;
/** Beside the children: the finalizer, and a status when it begins and when it is done. */
export const REQUESTS_BESIDE_CHILDREN = 3;

/** Every figure with its limit. */
export function membersReadings(result: MembersResult): readonly Reading[] {
  const { kind, objects, children } = result;
  const methods = Object.entries(result.requestsByVerb).map(([verb, count]) => `${count} ${verb}`);
  const limitSeconds = (EXIST_SECONDS * Math.max(objects, OBJECTS)) / OBJECTS;
  return [
    told(`${kind}s of one PrismCluster`, String(objects)),
    told("kubectl apply of all in one file", seconds(result.applyMs)),
    atMost("from its end until all workloads exist", result.existMs / 1_000, limitSeconds, "s"),
    told("from its end until all are Running", seconds(result.runningMs)),
    told("children of one object", children.toFixed(1)),
    atMost(
      "requests an object, events apart",
      result.requests,
      children + REQUESTS_BESIDE_CHILDREN,
      "",
    ),
    told(`all requests for ${result.more}, with those of their cluster`, methods.join(", ")),
    told("passes an object, those of the cluster among them", result.passes.toFixed(1)),
    told("processor time an object", `${result.cpuMs.toFixed(0)} ms`),
    none("objects changed at rest", result.restWrites),
    told("requests at rest, without leases and watches", String(result.restRequests)),
    told("memory at rest", `${result.restRssMib.toFixed(0)} MiB`),
    told("a restart is ready and has looked at all after", seconds(result.restartMs)),
    none("objects changed by a restart", result.restartWrites),
  ];
}

/** The upstream Go operator, measured once before this one was written; see `besideGo` in `scale-report.ts`. */
export function membersBesideGo(result: MembersResult): string {
  const rows: readonly (readonly [string, string, string])[] = [
    ["all workloads exist after the apply", seconds(result.existMs), "13 s"],
    [
      "requests an object, with those of its cluster",
      (result.requests + result.requestsBeside / result.more).toFixed(1),
      "19",
    ],
    ["children of an object", result.children.toFixed(1), "1 to 3"],
    ["writes after a restart", String(result.restartWrites.length), "3,003 for 1,001 objects"],
    ["settled after a restart", seconds(result.restartMs), "49 s for 1,001 objects"],
    ["memory at rest", `${result.restRssMib.toFixed(0)} MiB`, "46 MB"],
  ];
  const lines = rows.map((row) => `| ${row.join(" | ")} |`);
  return ["| | this operator | the Go operator |", "| --- | --- | --- |", ...lines].join("\n");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
