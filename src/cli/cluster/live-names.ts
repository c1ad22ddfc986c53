/** `prismcluster/NAME` of every object of ours in the namespace that was typed, for completion. */
import { objectNames } from "../frame/live-names.ts";
import type { CandidateSession } from "../frame/option.ts";
import { PRISM_RESOURCES } from "./resources.ts";

export async function prismNames(session: CandidateSession): Promise<readonly string[]> {
  const lists = await Promise.all(
    PRISM_RESOURCES.map(async (resource) => {
      const names = await objectNames(resource)(session);
      return names.map((name) => `${resource.kind.toLowerCase()}/${name}`);
    }),
  );
  return lists.flat();
}
