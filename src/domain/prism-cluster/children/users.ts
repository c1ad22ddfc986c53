import { ADMIN } from "./admin-part.ts";
import { runnerPart } from "./runner-part.ts";
import { type NamedBackend, patternsOf, type Stack } from "./stack.ts";

/** Name of the PostgreSQL backend that holds admin's database; undefined where admin keeps it elsewhere. */
export function adminBackend(stack: Stack): string | undefined {
  const storage = stack.spec.admin?.storage;
  if (storage?.type !== "postgres" || storage.databaseSecretRef !== undefined) return undefined;
  return storage.backend ?? "postgres";
}

/** `app` labels of the workloads that declare a backend: those that may connect to it. */
export function usersOf(stack: Stack, backend: NamedBackend): readonly string[] {
  const runners = patternsOf(stack)
    .filter((pattern) => pattern.backends?.some(({ name }) => name === backend.name))
    .map((pattern) => runnerPart(pattern).name);
  return adminBackend(stack) === backend.name ? [ADMIN.name, ...runners] : runners;
}
