import { join } from "node:path";

/** Where a node keeps its files, all below one folder, and where it is found on its own network. */
export interface NodeLayout {
  readonly folder: string;
  readonly containerd: string;
  readonly containerdSocket: string;
  readonly kubelet: string;
  readonly networks: string;
  readonly hosts: string;
  readonly volumes: string;
  /** Cgroup of every pod, below the root of each hierarchy. */
  readonly cgroup: string;
}

/** The node's own network: a bridge whose address is the node's. It exists in a network namespace of ours alone. */
export const NODE = {
  name: "node-1",
  bridge: "prism0",
  address: "10.88.0.1",
  prefix: 16,
  podRange: { subnet: "10.88.0.0/16", rangeStart: "10.88.1.0", rangeEnd: "10.88.250.250" },
  registryPort: 5000,
  metricsPort: 4443,
  clusterDomain: "cluster.local",
} as const;

/** The files of a node in a folder. */
export function nodeLayoutOf(folder: string, cgroup: string): NodeLayout {
  return {
    folder,
    containerd: join(folder, "containerd"),
    containerdSocket: "/run/containerd/containerd.sock",
    kubelet: join(folder, "kubelet"),
    networks: join(folder, "networks"),
    hosts: join(folder, "hosts"),
    volumes: join(folder, "volumes"),
    cgroup,
  };
}
