import type { Component } from "../../child.ts";
import type { MissingSecret } from "../../missing-secret.ts";
import { adminDatabase } from "./admin-database.ts";
import { connectionOf } from "./connection.ts";
import { credentialsName, generatedKeys } from "./credentials.ts";
import { enabledBackends, type NamedBackend, patternsOf, type Stack } from "./stack.ts";
import { adminBackend } from "./users.ts";

/** What is missing for rendering the cluster whole. */
export function missingOf(stack: Stack): readonly MissingSecret[] {
  const backends = enabledBackends(stack.spec).flatMap((backend) => missingFor(stack, backend));
  return [...backends, ...missingForAdmin(stack)];
}

function missingFor(stack: Stack, backend: NamedBackend): readonly MissingSecret[] {
  const own: Component = { kind: "backend", name: backend.name };
  const { missing } = connectionOf(stack, backend);
  if (missing !== undefined) {
    const external = backend.spec.external !== undefined;
    const path = external ? ["spec", "backends", backend.name, "external", "secretRef"] : undefined;
    return [{ ...missing, path, components: [own, ...componentsOf(stack, backend)] }];
  }
  const secret = credentialsName(backend.name);
  const ref = { kind: "Secret", name: secret, key: "clusterId" } as const;
  const lost =
    generatedKeys(backend)?.["clusterId"] !== undefined && stack.facts.value(ref) === undefined;
  return lost ? [{ secret, keys: "clusterId", path: undefined, components: [own] }] : [];
}

function componentsOf(stack: Stack, backend: NamedBackend): readonly Component[] {
  const patterns = patternsOf(stack)
    .filter((pattern) => pattern.backends?.some(({ name }) => name === backend.name))
    .map(({ name }): Component => ({ kind: "pattern", name }));
  return adminBackend(stack) === backend.name ? [{ kind: "admin" }, ...patterns] : patterns;
}

function missingForAdmin(stack: Stack): readonly MissingSecret[] {
  const keys = adminDatabase(stack)?.uses.keys ?? [];
  return keys
    .filter((ref) => stack.facts.value(ref) === undefined)
    .map(({ name, key }) => ({
      secret: name,
      keys: key,
      path: ["spec", "admin", "storage", "databaseSecretRef"],
      components: [{ kind: "admin" }],
    }));
}
