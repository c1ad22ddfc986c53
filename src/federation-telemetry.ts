/** The series of every PrismFederation: they go with their object. */
import type { FederationObserver } from "./controller/federation/member-port.ts";
import type { ObjectKey } from "./domain/kube-object.ts";
import { previousStatus } from "./domain/prism-federation/status/previous.ts";
import type { Metrics } from "./observe/metrics.ts";

/** Counts looks and moves, and shows each federation with its members. */
export function federationTelemetry({ federation }: Metrics): FederationObserver {
  const known = new Map<string, () => void>();
  return {
    looked: (result, seconds) => federation.looks.observe({ result }, seconds),
    moved: (to) => federation.moves.inc({ to }),
    status: (key, status) => {
      const id = `${key.namespace}/${key.name}`;
      known.get(id)?.();
      known.delete(id);
      if (status !== undefined) known.set(id, show(federation, key, status));
    },
  };
}

/** Answers what takes the series away again. */
function show(
  { phase: phases, known, ready, serving }: Metrics["federation"],
  { namespace, name }: ObjectKey,
  status: object,
): () => void {
  const read = previousStatus({ apiVersion: "", kind: "", metadata: { name }, status });
  const labels = { namespace, federation: name };
  const phase = { ...labels, phase: (read.phase ?? "Pending").toLowerCase() };
  phases.set(phase, 1);
  const members = (read.members ?? []).map(({ name: member, phase: state, rotation }) => {
    const one = { ...labels, member };
    known.set(one, state === "Unknown" ? 0 : 1);
    ready.set(one, state === "Running" ? 1 : 0);
    serving.set(one, rotation === "In" ? 1 : 0);
    return one;
  });
  return () => {
    phases.remove(phase);
    for (const member of members) for (const gauge of [known, ready, serving]) gauge.remove(member);
  };
}
