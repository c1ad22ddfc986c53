import type { ApiClient } from "./api-client.ts";
import { textAt } from "./json-value.ts";

/** The name of the provisioner in the storage classes; also marks the volumes it has made. */
export const provisionerName = "prism.io/control-plane";

/** Creates what a fresh cluster of one's own has and a bare API server lacks. */
export async function createClusterObjects(api: ApiClient, nodes: number): Promise<void> {
  const storageClasses = "/apis/storage.k8s.io/v1/storageclasses";
  await Promise.all([
    create(api, storageClasses, storageClass("standard", true)),
    create(api, storageClasses, storageClass("fast", false)),
    ...Array.from({ length: nodes }, (_, index) => create(api, "/api/v1/nodes", node(index))),
  ]);
}

async function create(api: ApiClient, path: string, body: unknown): Promise<void> {
  const answer = await api.request("POST", path, { body });
  if (answer.status === 201) return;
  throw new Error(`POST ${path}: ${answer.status} ${textAt(answer.body, "message")}`);
}

function storageClass(name: string, isDefault: boolean): unknown {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name,
      annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) },
    },
    provisioner: provisionerName,
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
    allowVolumeExpansion: true,
  };
}

/** What `kubectl get nodes -o wide` shows of a fake node. */
const nodeInfo: Readonly<Record<string, string>> = {
  architecture: "amd64",
  bootID: "",
  containerRuntimeVersion: "kwok://none",
  kernelVersion: "none",
  kubeProxyVersion: "",
  kubeletVersion: "kwok",
  machineID: "",
  operatingSystem: "linux",
  osImage: "fake node",
  systemUUID: "",
};

/** A node that KWOK plays, in one of three zones by turns. */
function node(index: number): unknown {
  const name = `node-${index + 1}`;
  const size = { cpu: "32", memory: "256Gi", pods: "1000", "ephemeral-storage": "1Ti" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        "kubernetes.io/hostname": name,
        "topology.kubernetes.io/region": "local",
        "topology.kubernetes.io/zone": `local-${"abc".charAt(index % 3)}`,
      },
    },
    status: { allocatable: size, capacity: size, nodeInfo },
  };
}
