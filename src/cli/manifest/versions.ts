import { KINDS } from "../../domain/registry.ts";

/** Versions of our kinds, each once. */
export function servedVersions(): readonly string[] {
  return [...new Set(KINDS.flatMap(({ versions }) => versions))];
}
