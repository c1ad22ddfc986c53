import type { GeneratedSecret } from "../../child.ts";
import { tenantLogin } from "../tenants/tenant.ts";
import type { NamedBackend, Stack } from "./stack.ts";

/** Keys of a credentials Secret, generated or the user's (design, section 2). */
export const CREDENTIAL_KEYS = ["username", "password", "url", "accessKey", "secretKey"] as const;
/** One of `CREDENTIAL_KEYS`. */
export type CredentialKey = (typeof CREDENTIAL_KEYS)[number];

/** Secret that holds what the operator generated for a backend. */
export function credentialsName(backend: string): string {
  return `${backend}-credentials`;
}

/** Whether clients of a backend that we run must log in. PostgreSQL and MinIO cannot do without. */
export function asksForLogin(backend: NamedBackend): boolean {
  const { auth } = backend.spec;
  if (backend.type === "postgres" || backend.type === "minio") return true;
  return auth !== undefined && auth.enabled !== false && backend.type !== "kafka";
}

/** The user that generated credentials are for; the same in every type. */
export const USER = "prism";

/** What is generated for a backend; undefined when it needs nothing. */
export function generatedKeys(backend: NamedBackend): GeneratedSecret["keys"] | undefined {
  const { type, spec } = backend;
  if (spec.external !== undefined) return undefined;
  // A KRaft quorum refuses to start with another id than the one in its volumes (REC-17).
  if (type === "kafka" && spec.coordination !== "ZooKeeper")
    return { clusterId: { make: "clusterId" } };
  if (!asksForLogin(backend)) return undefined;
  const password = { make: "password" } as const;
  if (type === "minio") return { accessKey: { make: "fixed", value: USER }, secretKey: password };
  if (type === "redis") return { password };
  return { username: { make: "fixed", value: USER }, password };
}

/** The Secret that a backend's clients log in with, if any. */
export function loginSecret({ tenant }: Stack, backend: NamedBackend): string | undefined {
  const { external } = backend.spec;
  const asks = external === undefined ? asksForLogin(backend) : external.secretRef !== undefined;
  if (tenant !== undefined) return asks ? tenantLogin(tenant, backend.name) : undefined;
  if (external !== undefined) return external.secretRef?.name;
  return asksForLogin(backend) ? credentialsName(backend.name) : undefined;
}

/** The credentials of a backend as far as they are known now. */
export function credentialsOf(
  stack: Stack,
  backend: NamedBackend,
): Partial<Record<CredentialKey, string>> {
  const name = loginSecret(stack, backend);
  if (name === undefined) return {};
  return Object.fromEntries(
    CREDENTIAL_KEYS.flatMap((key) => {
      const value = stack.facts.value({ kind: "Secret", name, key });
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
