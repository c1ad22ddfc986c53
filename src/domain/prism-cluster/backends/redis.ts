import type { Child } from "../../child.ts";
import { backendPart } from "../children/backend-part.ts";
import { CLIENT_PORT } from "../children/connection.ts";
import { asksForLogin, credentialsName, credentialsOf } from "../children/credentials.ts";
import { membersOf, type NamedBackend, type Stack } from "../children/stack.ts";
import { memberPod } from "../replication/member-pod.ts";
import { REDIS_SCRIPT } from "../replication/redis-script.ts";
import { serversOf } from "../replication/servers.ts";
import { USERS_PATH } from "../tenants/tenant.ts";
import { tenantUsers } from "../tenants/tenant-users.ts";
import { configFiles } from "./config-file.ts";
import { serverChildren, serverImage } from "./server.ts";
import { settingsOf } from "./settings.ts";

/** User of the official image: 999 in all its variants, group 1000 in the Alpine ones; fsGroup makes either work. */
const REDIS_USER = { uid: 999, gid: 1000 };

/** Redis: one server that writes every second to an append-only file, or several of which one is the primary (ADR-0039). */
export function redisChildren(stack: Stack, backend: NamedBackend): readonly Child[] {
  const part = backendPart(backend);
  const login = asksForLogin(backend);
  const image = serverImage(backend, "redis");
  const tenants = tenantUsers(stack, part, backend, image);
  const servers = serversOf(stack, backend);
  const member = servers > 1 ? memberPod(stack, part, REDIS_SCRIPT) : undefined;
  const config = configFiles(
    stack,
    part,
    "/etc/redis",
    {
      "redis.conf": redisConf(backend, login ? credentialsOf(stack, backend).password : undefined, {
        hasTenants: tenants !== undefined,
        isMember: member !== undefined,
      }),
    },
    login ? "secret" : "open",
  );
  return [
    config.child,
    ...(member === undefined ? [] : [member.child]),
    ...serverChildren(stack, backend, {
      part,
      replicas: servers,
      container: {
        image,
        command: member?.command ?? ["redis-server", "/etc/redis/redis.conf"],
        env: [...(login ? [pingPassword(backend)] : []), ...(member?.env ?? [])],
        probes: member?.probes ?? PROBES,
      },
      resources: backend.spec.resources,
      ports: [{ name: "redis", port: CLIENT_PORT.redis }],
      dataPath: "/data",
      user: REDIS_USER,
      graceSeconds: 60,
      mounts: [config.mount, ...(member?.mounts ?? [])],
      uses: { files: { ...config.files, ...member?.files } },
      tenants,
      ...(member === undefined
        ? {}
        : { peerPorts: [], replication: { asked: membersOf(backend) } }),
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
  { hasTenants, isMember }: { readonly hasTenants: boolean; readonly isMember: boolean },
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
  if (isMember && password !== undefined) lines.push(["masterauth", JSON.stringify(password)]);
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
