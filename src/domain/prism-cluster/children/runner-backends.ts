import type { BackendReference, Pattern } from "../../../api/prism-cluster-v1alpha2.ts";
import { type Connection, connectionName, connectionOf } from "./connection.ts";
import { enabledBackends, type NamedBackend, type Stack } from "./stack.ts";

/** A backend as one pattern uses it. */
export interface UsedBackend {
  readonly reference: BackendReference;
  readonly connection: Connection;
  /** Whether the variables of its type without a prefix are this backend's. */
  readonly unprefixed: boolean;
  /** Secret with the connection's secret variables: the backend's, or the runner's own for a database of its own. */
  readonly secretName: string;
}

/** Secret of a runner: its configuration file and what only it may know. */
export function runnerSecretName(pattern: Pattern): string {
  return `${pattern.name}-runner-config`;
}

/** The database that a reference asks for, where it is another than the backend's own. */
export function ownDatabase(
  reference: BackendReference,
  backend: NamedBackend,
): string | undefined {
  const database = backend.type === "postgres" ? reference.config?.["database"] : undefined;
  return database === undefined ? undefined : String(database);
}

/** The enabled backends of a pattern, in its order; `sqlite` and `memstore` are no connections. */
export function usedBackends(stack: Stack, pattern: Pattern): readonly UsedBackend[] {
  const isTenant = stack.tenant !== undefined;
  const backends = new Map(enabledBackends(stack.spec).map((backend) => [backend.name, backend]));
  const pairs = (pattern.backends ?? []).flatMap((reference) => {
    const backend = backends.get(reference.name);
    return backend === undefined ? [] : [{ reference, backend }];
  });
  return pairs.map(({ reference, backend }) => {
    // A tenant has a schema of its own in the backend's database, and no database.
    const database = isTenant ? undefined : ownDatabase(reference, backend);
    const spec = database === undefined ? backend.spec : { ...backend.spec, database };
    return {
      reference,
      connection: connectionOf(stack, { ...backend, spec }),
      unprefixed:
        backend.name ===
        mainOf(
          pairs.map((pair) => pair.backend),
          backend.type,
        ),
      secretName: isTenant
        ? `${pattern.name}-${connectionName(backend.name)}`
        : database === undefined
          ? connectionName(backend.name)
          : runnerSecretName(pattern),
    };
  });
}

/** Of several backends of one type, the one named after it, or else the first, gives the plain variables. */
function mainOf(backends: readonly NamedBackend[], type: string): string | undefined {
  const candidates = backends.filter((backend) => backend.type === type);
  return (candidates.find(({ name }) => name === type) ?? candidates[0])?.name;
}
