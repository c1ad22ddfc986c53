import type { EnvVar } from "../../../api/prism-cluster-v1alpha2.ts";
import { connectionName, connectionOf, connectionValues } from "./connection.ts";
import type { ConfigUse } from "./pod.ts";
import { enabledBackends, type Stack } from "./stack.ts";
import { adminBackend } from "./users.ts";

/** How admin reaches its PostgreSQL database. */
export interface AdminDatabase {
  readonly env: readonly EnvVar[];
  readonly uses: ConfigUse;
}

/** The only name by which the program reads the setting from the environment: its key has a dot and is not translated. */
const VARIABLE = "PRISM_STORAGE.DB";

/** Admin's database; undefined where it is a SQLite file on its own volume. */
export function adminDatabase(stack: Stack): AdminDatabase | undefined {
  const storage = stack.spec.admin?.storage;
  if (storage?.type !== "postgres") return undefined;
  const { databaseSecretRef } = storage;
  if (databaseSecretRef !== undefined) {
    const ref = { name: databaseSecretRef.name, key: "url" };
    return {
      env: [{ name: VARIABLE, valueFrom: { secretKeyRef: ref } }],
      uses: { keys: [{ kind: "Secret", ...ref }] },
    };
  }
  return backendDatabase(stack);
}

function backendDatabase(stack: Stack): AdminDatabase {
  const name = adminBackend(stack);
  const backend = enabledBackends(stack.spec).find((one) => one.name === name);
  if (backend === undefined) return { env: [], uses: {} };
  const connection = connectionOf(stack, backend);
  const url = connectionValues(connection)["DATABASE_URL"] ?? "";
  const secret = "DATABASE_URL" in connection.secret;
  const secretKeyRef = { name: connectionName(backend.name), key: "DATABASE_URL" };
  return {
    env: [
      secret ? { name: VARIABLE, valueFrom: { secretKeyRef } } : { name: VARIABLE, value: url },
    ],
    uses: { files: { database: url } },
  };
}
