import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Seconds; a member is on another continent, or does not answer. */
const LOOK_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Federations and their members. */
export function federationMetrics(registry: Registry) {
  const registers = [registry];
  const ofMember = (name: string, help: string) =>
    new Gauge({
      name,
      help,
      labelNames: ["namespace", "federation", "member"] as const,
      registers,
    });
  return {
    phase: new Gauge({
      name: "prism_federation_phase",
      help: "1 for the phase that the federation is in",
      labelNames: ["namespace", "federation", "phase"] as const,
      registers,
    }),
    known: ofMember(
      "prism_federation_member_known",
      "1 while the member answers us, 0 while it is Unknown",
    ),
    ready: ofMember(
      "prism_federation_member_ready",
      "1 while the member's PrismCluster is running",
    ),
    serving: ofMember("prism_federation_member_serving", "1 while the member is in rotation"),
    looks: new Histogram({
      name: "prism_federation_look_duration_seconds",
      help: "Time of a look at a member, by whether it was seen",
      labelNames: ["result"] as const,
      buckets: LOOK_BUCKETS,
      registers,
    }),
    moves: new Counter({
      name: "prism_federation_rotation_changes_total",
      help: "Members that were taken into routing or out of it",
      labelNames: ["to"] as const,
      registers,
    }),
  };
}
