import type { Resources } from "../../../api/prism-cluster-v1alpha2.ts";
import type { Child } from "../../child.ts";
import type { DataMark } from "../../data-mark.ts";
import { PRIMARY_ROLE, ROLE_LABEL } from "../../replication/record.ts";
import type { Container, Port } from "../children/container.ts";
import { disruptionBudget } from "../children/disruption-budget.ts";
import { networkPolicy } from "../children/network-policy.ts";
import type { Part } from "../children/part.ts";
import type { ConfigUse, Mount } from "../children/pod.ts";
import { service } from "../children/service.ts";
import type { NamedBackend, Stack } from "../children/stack.ts";
import { usersOf } from "../children/users.ts";
import { type Claim, statefulSet } from "../children/workload.ts";
import { type TenantUsers, tenantRunners } from "../tenants/tenant-users.ts";

/** A server of a backend, as its type describes it; the rest is the same for all types. */
export interface Server {
  readonly part: Part;
  readonly replicas: number;
  readonly container: Omit<Container, "name" | "resources" | "ports">;
  readonly resources: Resources | undefined;
  /** Ports of the Service that clients use. */
  readonly ports: readonly Port[];
  /** Ports between members; with them there is a Service that also shows members which are not ready. */
  readonly peerPorts?: readonly Port[];
  /** Ports of other programs, such as metrics, that anybody may read. */
  readonly openPorts?: readonly Port[];
  /** One of `ports` where metrics are too: Prometheus may connect as well. */
  readonly metricsPort?: number;
  readonly dataPath: string;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly graceSeconds: number;
  readonly mounts?: readonly Mount[];
  readonly uses: ConfigUse;
  /** `app` labels of those that may connect; the workloads that declare the backend when absent. */
  readonly clients?: readonly string[];
  /** Clients are led to the primary alone; `asked` is how many members the object asks for. */
  readonly replication?: { readonly asked: number };
  /** Keeps users of tenants. */
  readonly tenants?: TenantUsers | undefined;
  /** The keeper signals the server. */
  readonly sharesProcesses?: boolean;
}

/** Size of a data volume where the object says none. The webhook stores one, so that it does not move later. */
export const DEFAULT_SIZE = "1Gi";

/** Name of the Service through which members find each other. */
export function peersName(part: Part): string {
  return `${part.name}-peers`;
}

/** StatefulSet, Services, budget and policy of a server. */
export function serverChildren(
  stack: Stack,
  backend: NamedBackend,
  server: Server,
): readonly Child[] {
  const { part, peerPorts, replication } = server;
  const headless = { headless: true } as const;
  return [
    ...(server.tenants === undefined ? [] : [server.tenants.child]),
    {
      ...serverSet(stack, backend, server),
      data: dataOf(backend, server.replicas),
      ...(replication === undefined ? {} : { replication: { members: replication.asked } }),
    },
    service(stack, part, {
      ...headless,
      ports: allPorts(server, false),
      ...(replication === undefined ? {} : { selects: { [ROLE_LABEL]: PRIMARY_ROLE } }),
    }),
    ...(peerPorts === undefined
      ? []
      : [
          service(stack, part, {
            ...headless,
            name: peersName(part),
            publishNotReady: true,
            ports: peerPorts,
          }),
        ]),
    ...disruptionBudget(stack, part, server.replicas),
    ...networkPolicy(stack, part, [
      {
        from: server.clients ?? usersOf(stack, backend),
        tenants: server.clients === undefined ? tenantRunners(stack, backend.name) : [],
        ports: numbers(server.ports),
      },
      { from: peerPorts ? [part.name] : [], ports: numbers(allPorts(server, true)) },
      ...(server.openPorts
        ? [{ from: "everybody", ports: numbers(server.openPorts) } as const]
        : []),
      ...(server.metricsPort ? [{ from: "prometheus", ports: [server.metricsPort] } as const] : []),
    ]),
  ];
}

function numbers(ports: readonly Port[]): readonly number[] {
  return ports.map(({ port }) => port);
}

function allPorts(server: Server, peers: boolean): readonly Port[] {
  return [...server.ports, ...(server.openPorts ?? []), ...(peers ? (server.peerPorts ?? []) : [])];
}

function serverSet(stack: Stack, backend: NamedBackend, server: Server): Child {
  const { part, resources, tenants } = server;
  return statefulSet(stack, part, {
    replicas: server.replicas,
    serviceName: server.peerPorts === undefined ? part.name : peersName(part),
    management: server.peerPorts === undefined ? "OrderedReady" : "Parallel",
    claim: claimOf(backend),
    pod: {
      containers: [
        {
          ...server.container,
          name: part.program,
          ports: allPorts(server, true),
          ...(resources === undefined ? {} : { resources }),
        },
        ...(tenants === undefined ? [] : [tenants.keeper]),
      ],
      ...(tenants !== undefined && server.sharesProcesses ? { sharesProcesses: true } : {}),
      mounts: [
        { name: "data", path: server.dataPath, source: "claim" },
        ...(server.mounts ?? []),
        ...(tenants === undefined ? [] : [tenants.mount]),
      ],
      user: server.user,
      graceSeconds: server.graceSeconds,
      ...(backend.spec.pod === undefined ? {} : { options: backend.spec.pod }),
      uses: server.uses,
    },
  });
}

function dataOf({ type, spec }: NamedBackend, members: number): DataMark {
  return { type, version: spec.version, members };
}

function claimOf(backend: NamedBackend): Claim {
  const { storage } = backend.spec;
  return {
    name: "data",
    size: storage?.size ?? DEFAULT_SIZE,
    storageClassName: storage?.storageClassName,
  };
}

/** The server's image: the user's, or the official one at the asked version. */
export function serverImage(backend: NamedBackend, repository: string): string {
  return backend.spec.image ?? `${repository}:${backend.spec.version ?? "latest"}`;
}
