/** A world for tests: what matters of it is named, the rest is empty. */
import type { World } from "../../../src/cli/cluster/world.ts";

export const NOW = "2026-03-01T12:00:00Z";

export function worldOf(parts: Partial<World>): World {
  return {
    takenAt: NOW,
    source: "a test",
    clientVersion: "0.1.0",
    namespaces: [],
    objects: [],
    dryRuns: [],
    rights: [],
    servings: [],
    logs: [],
    gaps: [],
    ...parts,
  };
}
