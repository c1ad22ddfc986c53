import { membersOf, type NamedBackend, type Stack } from "../children/stack.ts";

/**
 * How many servers there are to be now. While members are on their way out there are more than the object asks for: the primary leaves
 * last of all.
 */
export function serversOf(stack: Stack, backend: NamedBackend): number {
  const asked = membersOf(backend);
  return Math.max(asked, stack.facts.replication(backend.name)?.members ?? asked);
}
