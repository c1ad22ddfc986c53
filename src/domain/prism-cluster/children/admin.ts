import type { Child } from "../../child.ts";
import { adminDatabase } from "./admin-database.ts";
import { ADMIN } from "./admin-part.ts";
import type { Container } from "./container.ts";
import { disruptionBudget } from "./disruption-budget.ts";
import { scratchMount } from "./mounts.ts";
import { networkPolicy } from "./network-policy.ts";
import type { PodPlan } from "./pod.ts";
import { adminImage } from "./prism-image.ts";
import { PROXY } from "./proxy-part.ts";
import { service } from "./service.ts";
import type { Stack } from "./stack.ts";
import { deployment, statefulSet } from "./workload.ts";

/** Port of the Service, which clients of admin use when they name none. */
export const ADMIN_PORT = 8981;
/** Followers forward writes to this port of the leader, which is fixed in the program; so admin listens here. */
const GRPC = 8980;
const RAFT = 8990;
const METRICS = 9090;
const PEERS = `${ADMIN.name}-peers`;

/** `nobody` of the image, which names its user: `runAsNonRoot` needs the number. */
const NOBODY = { uid: 65534, gid: 65534 };

/** Admin: raft peers with a volume each, or a Deployment on PostgreSQL. */
export function adminChildren(stack: Stack): readonly Child[] {
  const { replicas = 1, storage } = stack.spec.admin ?? {};
  const onPostgres = storage?.type === "postgres";
  const ports = [
    { name: "grpc", port: ADMIN_PORT, target: GRPC },
    { name: "metrics", port: METRICS },
  ];
  const shared = [
    service(stack, ADMIN, { ports }),
    ...disruptionBudget(stack, ADMIN, replicas),
    ...adminPolicy(stack),
  ];
  if (onPostgres)
    return [deployment(stack, ADMIN, { replicas, pod: adminPod(stack, 1) }), ...shared];
  const peers = { name: PEERS, headless: true, publishNotReady: true };
  return [
    {
      ...statefulSet(stack, ADMIN, {
        replicas,
        serviceName: PEERS,
        // Members wait five seconds for a leader and exit: they have to start together.
        management: "Parallel",
        claim: {
          name: "data",
          size: storage?.size ?? "1Gi",
          storageClassName: storage?.storageClassName,
        },
        pod: adminPod(stack, replicas),
      }),
      data: { type: ADMIN.name, version: undefined, members: replicas },
    },
    service(stack, ADMIN, { ...peers, ports: [{ name: "raft", port: RAFT }] }),
    ...shared,
  ];
}

function adminPolicy(stack: Stack): readonly Child[] {
  return networkPolicy(stack, ADMIN, [
    { from: [PROXY.name], runners: true, ports: [GRPC] },
    { from: [ADMIN.name], ports: [GRPC, RAFT] },
    { from: "everybody", ports: [METRICS] },
  ]);
}

function adminPod(stack: Stack, members: number): PodPlan {
  const { admin = {} } = stack.spec;
  const database = adminDatabase(stack);
  const data = database === undefined ? "claim" : ({ emptyDir: {} } as const);
  const container: Container = {
    name: "prism-admin",
    image: adminImage(stack),
    args: adminArgs(stack, members, database !== undefined),
    env: [...POD_ENV, ...(members > 1 ? [BIND] : []), ...(database?.env ?? [])],
    ports: [
      { name: "grpc", port: GRPC },
      { name: "raft", port: RAFT },
      { name: "metrics", port: METRICS },
    ],
    probes: PROBES,
    ...(admin.resources === undefined ? {} : { resources: admin.resources }),
  };
  return {
    containers: [container],
    init: members > 1 ? [waitForPeers(stack, members, container.image)] : [],
    mounts: [{ name: "data", path: "/data", source: data }, scratchMount("home", "/home/prism")],
    user: NOBODY,
    graceSeconds: 30,
    ...(admin.pod === undefined ? {} : { options: admin.pod }),
    uses: database?.uses ?? {},
  };
}

/** gRPC and metrics open only once a leader is known, so the ports say what readiness asks. The program has no health service. */
const PROBES = {
  startup: {
    httpGet: { path: "/metrics", port: METRICS },
    periodSeconds: 5,
    timeoutSeconds: 5,
    failureThreshold: 60,
  },
  readiness: { tcpSocket: { port: GRPC }, timeoutSeconds: 5 },
  liveness: {
    httpGet: { path: "/metrics", port: METRICS },
    timeoutSeconds: 5,
    failureThreshold: 6,
  },
};

const POD_ENV = [
  { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
  { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
  { name: "HOME", value: "/home/prism" },
] as const;
/** An address that others can reach: 0.0.0.0 is refused as not advertisable. */
const BIND = { name: "PRISM_BIND_ADDR", value: `$(POD_IP):${RAFT}` };

/** A peer's name as the program compares it: the same text in --raft-addr and --cluster. */
function peerName(stack: Stack, member: string): string {
  return `${member}.${PEERS}.${stack.namespace}.svc`;
}

/** The recipe that was tried (prism-admin's raft rules): ids from 1, one comma list without spaces, no PRISM_PEERS. */
function adminArgs(stack: Stack, members: number, external: boolean): readonly string[] {
  const args = [
    "serve",
    `--grpc-port=${GRPC}`,
    `--raft-port=${RAFT}`,
    `--metrics-port=${METRICS}`,
    "--data-dir=/data/raft",
    // A connection string holds a password and comes as an environment variable instead.
    ...(external ? [] : ["--db=sqlite:///data/admin.db"]),
  ];
  if (members < 2) return args;
  const peers = Array.from({ length: members }, (_, ordinal) => {
    return `${ordinal + 1}=${peerName(stack, `${ADMIN.name}-${ordinal}`)}:${RAFT}`;
  });
  return [...args, `--raft-addr=${peerName(stack, "$(POD_NAME)")}`, `--cluster=${peers.join(",")}`];
}

/** Aligns the start of the members; after two minutes the member starts anyway, since a majority is enough. */
function waitForPeers(stack: Stack, members: number, image: string): Container {
  const names = Array.from({ length: members }, (_, ordinal) =>
    peerName(stack, `${ADMIN.name}-${ordinal}`),
  );
  const script =
    'end=$(($(date +%s) + 120)); for peer in "$@"; do until getent hosts "$peer" || [ "$(date +%s)" -ge "$end" ]; do sleep 1; done; done';
  return {
    name: "wait-for-peers",
    image,
    command: ["sh", "-c", script, "wait-for-peers", ...names],
  };
}
