import type { Child } from "../../child.ts";
import { backendPart } from "../children/backend-part.ts";
import { CLIENT_PORT } from "../children/connection.ts";
import { credentialsName } from "../children/credentials.ts";
import type { Part } from "../children/part.ts";
import { dnsName, type NamedBackend, type Stack } from "../children/stack.ts";
import { minioVariable } from "../minio-settings.ts";
import { tenantUsers } from "../tenants/tenant-users.ts";
import { peersName, serverChildren, serverImage } from "./server.ts";
import { withSettings } from "./settings.ts";

const CONSOLE = 9001;

/** MinIO: one server, or a distributed set of four and more with erasure coding. */
export function minioChildren(stack: Stack, backend: NamedBackend): readonly Child[] {
  const part = backendPart(backend);
  const secret = credentialsName(backend.name);
  const fromSecret = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  const image = serverImage(backend, "minio/minio");
  return serverChildren(stack, backend, {
    part,
    tenants: tenantUsers(stack, part, backend, image),
    replicas: backend.spec.replicas ?? 1,
    container: {
      image,
      args: [
        "server",
        ...volumes(stack, part, backend),
        `--address=:${CLIENT_PORT.minio}`,
        `--console-address=:${CONSOLE}`,
      ],
      env: withSettings(
        [
          fromSecret("MINIO_ROOT_USER", "accessKey"),
          fromSecret("MINIO_ROOT_PASSWORD", "secretKey"),
          // Metrics without a token, as the ServiceMonitor reads them.
          { name: "MINIO_PROMETHEUS_AUTH_TYPE", value: "public" },
          // Certificates and the client's settings live in the home folder, and the root file system is read-only.
          { name: "HOME", value: "/tmp" },
        ],
        backend,
        minioVariable,
      ),
      probes: PROBES,
    },
    resources: backend.spec.resources,
    ports: [
      { name: "http", port: CLIENT_PORT.minio },
      { name: "console", port: CONSOLE },
    ],
    peerPorts: [],
    metricsPort: CLIENT_PORT.minio,
    dataPath: "/data",
    user: { uid: 1000, gid: 1000 },
    graceSeconds: 60,
    uses: {
      keys: [
        { kind: "Secret", name: secret, key: "accessKey" },
        { kind: "Secret", name: secret, key: "secretKey" },
      ],
    },
  });
}

/** A distributed set names all its members; MinIO expands the three dots itself. */
function volumes(stack: Stack, part: Part, backend: NamedBackend): readonly string[] {
  const members = backend.spec.replicas ?? 1;
  if (members < 2) return ["/data"];
  const domain = dnsName(stack, peersName(part));
  return [`http://${part.name}-{0...${members - 1}}.${domain}:${CLIENT_PORT.minio}/data`];
}

const PROBES = {
  startup: {
    httpGet: { path: "/minio/health/live", port: CLIENT_PORT.minio },
    periodSeconds: 5,
    failureThreshold: 60,
  },
  readiness: {
    httpGet: { path: "/minio/health/ready", port: CLIENT_PORT.minio },
    timeoutSeconds: 5,
  },
  liveness: {
    httpGet: { path: "/minio/health/live", port: CLIENT_PORT.minio },
    timeoutSeconds: 5,
    failureThreshold: 6,
  },
};
