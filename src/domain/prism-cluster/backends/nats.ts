import type { Child } from "../../child.ts";
import { backendPart } from "../children/backend-part.ts";
import { CLIENT_PORT } from "../children/connection.ts";
import { asksForLogin, credentialsOf } from "../children/credentials.ts";
import type { Part } from "../children/part.ts";
import { wholeUnits } from "../children/quantity.ts";
import { memberDnsName, type NamedBackend, type Stack } from "../children/stack.ts";
import { withUser } from "../children/url.ts";
import { tenantUsers } from "../tenants/tenant-users.ts";
import { configFiles } from "./config-file.ts";
import { peersName, serverChildren, serverImage } from "./server.ts";
import { settingsOf } from "./settings.ts";

const HTTP = 8222;
const CLUSTER = 6222;
/** The image's `nats` user; images from scratch have no users, and any number works. */
const NATS_USER = { uid: 1000, gid: 1000 };

/** NATS with JetStream: one server or a cluster of odd size with full mesh routes. */
export function natsChildren(stack: Stack, backend: NamedBackend): readonly Child[] {
  const part = backendPart(backend);
  const login = asksForLogin(backend);
  const image = serverImage(backend, "nats");
  const tenants = tenantUsers(stack, part, backend, image);
  const config = configFiles(
    stack,
    part,
    "/etc/nats",
    { "nats.conf": natsConf(stack, part, backend, tenants !== undefined) },
    login ? "secret" : "open",
  );
  return [
    config.child,
    ...serverChildren(stack, backend, {
      part,
      replicas: backend.spec.replicas ?? 1,
      container: {
        image,
        args: ["--config", "/etc/nats/nats.conf", "--pid", PID_FILE],
        env: [{ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
        probes: PROBES,
        // Lame duck mode: clients are told to reconnect elsewhere before the server stops.
        preStop: { exec: { command: ["nats-server", `-sl=ldm=${PID_FILE}`] } },
      },
      resources: backend.spec.resources,
      ports: [{ name: "client", port: CLIENT_PORT.nats }],
      peerPorts: [{ name: "cluster", port: CLUSTER }],
      openPorts: [{ name: "monitor", port: HTTP }],
      dataPath: "/data",
      user: NATS_USER,
      graceSeconds: 60,
      mounts: [config.mount],
      uses: { files: config.files },
      tenants,
      sharesProcesses: true,
    }),
  ];
}

const PID_FILE = "/tmp/nats.pid";

/** As in NATS' own chart: while JetStream recovers its streams a server is not yet started, but must not be killed. */
const PROBES = {
  startup: { httpGet: { path: "/healthz", port: HTTP }, timeoutSeconds: 5, failureThreshold: 90 },
  readiness: { httpGet: { path: "/healthz?js-server-only=true", port: HTTP }, timeoutSeconds: 5 },
  liveness: {
    httpGet: { path: "/healthz?js-enabled-only=true", port: HTTP },
    periodSeconds: 30,
    timeoutSeconds: 5,
  },
};

type Login = ReturnType<typeof credentialsOf>;

function natsConf(stack: Stack, part: Part, backend: NamedBackend, hasTenants: boolean): string {
  const login: Login = asksForLogin(backend) ? credentialsOf(stack, backend) : {};
  const lines = [
    "server_name: $POD_NAME",
    `listen: 0.0.0.0:${CLIENT_PORT.nats}`,
    `http: 0.0.0.0:${HTTP}`,
    "lame_duck_duration: 30s",
    "lame_duck_grace_period: 10s",
    `jetstream { store_dir: /data/jetstream, max_file_store: ${fileStore(backend)}, max_memory_store: ${memoryStore(backend)} }`,
    ...settingsOf(backend).map(([key, value]) => `${key}: ${value}`),
    // The path is read from the folder of this file.
    ...(hasTenants
      ? ["include ../prism-tenants/users.conf"]
      : authorization(login).map((block) => `authorization ${block}`)),
    ...clusterBlock(stack, part, backend, login),
  ];
  return `${lines.join("\n")}\n`;
}

/** Quoted, since a password of digits would be read as a number. */
function authorization(login: Login): readonly string[] {
  if (login.password === undefined) return [];
  return [
    `{ user: ${JSON.stringify(login.username)}, password: ${JSON.stringify(login.password)} }`,
  ];
}

/** Routes carry the login too: who may join the cluster reads everything in it. */
function clusterBlock(
  stack: Stack,
  part: Part,
  backend: NamedBackend,
  login: Login,
): readonly string[] {
  const members = backend.spec.replicas ?? 1;
  if (members < 2) return [];
  const routes = Array.from({ length: members }, (_, ordinal) =>
    withUser(
      `nats://${memberDnsName(stack, part.name, ordinal, peersName(part))}:${CLUSTER}`,
      login.username,
      login.password,
    ),
  );
  return [
    "cluster {",
    `  name: ${JSON.stringify(`${stack.name}-${backend.name}`)}`,
    `  listen: 0.0.0.0:${CLUSTER}`,
    ...authorization(login).map((block) => `  authorization ${block}`),
    `  routes: [${routes.map((route) => JSON.stringify(route)).join(", ")}]`,
    "}",
  ];
}

const MEBIBYTE = 1024 ** 2;

/** Nine tenths of the volume: a file store that fills its file system stops the server. */
function fileStore(backend: NamedBackend): number {
  return Math.floor((wholeUnits(backend.spec.storage?.size ?? "1Gi") ?? 0) * 0.9);
}

/** A quarter of the memory limit; without a limit the server would take three quarters of the node's memory. */
function memoryStore(backend: NamedBackend): number {
  const limit = backend.spec.resources?.limits?.["memory"];
  const bytes = limit === undefined ? undefined : wholeUnits(String(limit));
  return bytes === undefined ? 64 * MEBIBYTE : Math.floor(bytes / 4);
}
