import type { Child } from "../../child.ts";
import { backendPart } from "../children/backend-part.ts";
import { CLIENT_PORT } from "../children/connection.ts";
import { asksForLogin, credentialsName, credentialsOf } from "../children/credentials.ts";
import type { NamedBackend, Stack } from "../children/stack.ts";
import { tenantUsers, USERS_PATH } from "../tenants/tenant-users.ts";
import { configFiles } from "./config-file.ts";
import { serverChildren, serverImage } from "./server.ts";
import { settingsOf } from "./settings.ts";

/** User of the official image: 999 in all its variants, group 1000 in the Alpine ones; fsGroup makes either work. */
const REDIS_USER = { uid: 999, gid: 1000 };

/** Redis: one server that writes every second to an append-only file. */
export function redisChildren(stack: Stack, backend: NamedBackend): readonly Child[] {
  const part = backendPart(backend);
  const login = asksForLogin(backend);
  const image = serverImage(backend, "redis");
  const tenants = tenantUsers(stack, part, backend, image);
  const config = configFiles(
    stack,
    part,
    "/etc/redis",
    {
      "redis.conf": redisConf(
        backend,
        login ? credentialsOf(stack, backend).password : undefined,
        tenants !== undefined,
      ),
    },
    login ? "secret" : "open",
  );
  return [
    config.child,
    ...serverChildren(stack, backend, {
      part,
      replicas: backend.spec.replicas ?? 1,
      container: {
        image,
        command: ["redis-server", "/etc/redis/redis.conf"],
        env: login ? [pingPassword(backend)] : [],
        probes: PROBES,
      },
      resources: backend.spec.resources,
      ports: [{ name: "redis", port: CLIENT_PORT.redis }],
      dataPath: "/data",
      user: REDIS_USER,
      graceSeconds: 60,
      mounts: [config.mount],
      uses: { files: config.files },
      tenants,
    }),
  ];
}

/** `redis-cli` reads the password of its probes from here, not from its command line. */
function pingPassword(backend: NamedBackend) {
  const secretKeyRef = { name: credentialsName(backend.name), key: "password" };
  return { name: "REDISCLI_AUTH", valueFrom: { secretKeyRef } };
}

/** Protected mode refuses other pods while there is no password; network policies do that part. */
function redisConf(
  backend: NamedBackend,
  password: string | undefined,
  hasTenants: boolean,
): string {
  const lines: (readonly [string, string])[] = [
    ["bind", "* -::*"],
    ["port", String(CLIENT_PORT.redis)],
    ["protected-mode", "no"],
    ["dir", "/data"],
    ["appendonly", "yes"],
    ["appendfsync", "everysec"],
    ...settingsOf(backend),
  ];
  // With a file of users the password of everybody else stands there.
  if (hasTenants) lines.push(["aclfile", `${USERS_PATH}/users.acl`]);
  else if (password !== undefined) lines.push(["requirepass", JSON.stringify(password)]);
  return lines.map(([key, value]) => `${key} ${value}\n`).join("");
}

/** A server that still loads its file answers an error, and `redis-cli` ends with 0 all the same: readiness reads the answer. */
const PROBES = {
  startup: {
    exec: { command: ["sh", "-c", "redis-cli ping | grep -q PONG"] },
    timeoutSeconds: 5,
    periodSeconds: 5,
    failureThreshold: 120,
  },
  readiness: {
    exec: { command: ["sh", "-c", "redis-cli ping | grep -q PONG"] },
    timeoutSeconds: 5,
  },
  liveness: { exec: { command: ["redis-cli", "ping"] }, timeoutSeconds: 5, failureThreshold: 6 },
};
