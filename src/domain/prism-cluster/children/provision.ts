import type { EnvVar } from "../../../api/prism-cluster-v1alpha2.ts";
import { serverImage } from "../backends/server.ts";
import { CLIENT_PORT, databaseOf } from "./connection.ts";
import type { Container } from "./container.ts";
import { credentialsName } from "./credentials.ts";
import { ownDatabase, type UsedBackend } from "./runner-backends.ts";
import { dnsName, enabledBackends, type NamedBackend, type Stack } from "./stack.ts";

/** Makes, before a runner starts, the buckets and databases that it needs in backends that we run. */
export function provisioning(stack: Stack, used: readonly UsedBackend[]): readonly Container[] {
  // Buckets and schemas of tenants are made where the tenants' users are.
  if (stack.tenant !== undefined) return [];
  return used.flatMap((one) => {
    const { backend } = one.connection;
    if (backend.spec.external !== undefined) return [];
    if (backend.type === "minio") return [makeBucket(stack, one)];
    const database = ownDatabase(one.reference, backend);
    return database === undefined ? [] : [makeDatabase(stack, backend, database)];
  });
}

/** Longest bucket name of S3. */
const BUCKET_LENGTH = 63;

/** The bucket that a reference names, or the one of Prism's own documents for this namespace (RFC-033). */
function bucketOf(stack: Stack, used: UsedBackend): string {
  const named = used.reference.config?.["bucket"];
  if (named !== undefined) return String(named);
  return `prism-claims-${stack.namespace}`.slice(0, BUCKET_LENGTH).replace(/-+$/, "");
}

function credential(name: string, backend: NamedBackend, key: string): EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: credentialsName(backend.name), key } } };
}

/** MinIO's image brings its client. Generated keys are letters and digits, so they need no encoding within a URL. */
function makeBucket(stack: Stack, used: UsedBackend): Container {
  const { backend } = used.connection;
  const address = `${dnsName(stack, backend.name)}:${CLIENT_PORT.minio}`;
  return {
    name: `make-bucket-${backend.name}`,
    image: serverImage(backend, "minio/minio"),
    command: ["mc", "mb", "--ignore-existing", `prism/${bucketOf(stack, used)}`],
    env: [
      credential("ACCESS_KEY", backend, "accessKey"),
      credential("SECRET_KEY", backend, "secretKey"),
      { name: "MC_HOST_prism", value: `http://$(ACCESS_KEY):$(SECRET_KEY)@${address}` },
      { name: "MC_CONFIG_DIR", value: "/tmp/mc" },
    ],
  };
}

/** psql quotes the name; it never becomes part of a statement as text. */
const CREATE_DATABASE =
  "SELECT format('CREATE DATABASE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec";

function makeDatabase(stack: Stack, backend: NamedBackend, database: string): Container {
  const main = enabledBackends(stack.spec).find(({ name }) => name === backend.name) ?? backend;
  return {
    name: `make-database-${backend.name}`,
    image: serverImage(backend, "postgres"),
    command: [
      "sh",
      "-c",
      'printf "%s\\n" "$STATEMENT" | psql -v ON_ERROR_STOP=1 -v name="$DATABASE"',
    ],
    env: [
      { name: "STATEMENT", value: CREATE_DATABASE },
      { name: "DATABASE", value: database },
      { name: "PGHOST", value: dnsName(stack, backend.name) },
      { name: "PGPORT", value: String(CLIENT_PORT.postgres) },
      { name: "PGDATABASE", value: databaseOf(main) },
      credential("PGUSER", backend, "username"),
      credential("PGPASSWORD", backend, "password"),
    ],
  };
}
