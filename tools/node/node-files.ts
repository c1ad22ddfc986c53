/** Configuration of the node's programs, written before they start. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { NODE, type NodeLayout } from "./node-layout.ts";

const CNI_PLUGINS = "/usr/lib/cni";

/** Paths of the files that the programs are given. */
export interface NodeFiles {
  readonly containerd: string;
  readonly kubelet: string;
  readonly coredns: string;
}

/** Writes them all. */
export function writeNodeFiles(layout: NodeLayout, kubeconfig: string, runc: string): NodeFiles {
  for (const folder of [layout.containerd, layout.kubelet, layout.networks, layout.volumes])
    mkdirSync(folder, { recursive: true });
  mkdirSync(join(layout.hosts, "_default"), { recursive: true });
  const write = (name: string, text: string): string => {
    const path = join(layout.folder, name);
    writeFileSync(path, text);
    return path;
  };
  const registry = `[host."http://${NODE.address}:${NODE.registryPort}"]\n  capabilities = ["pull", "resolve"]\n`;
  writeFileSync(join(layout.hosts, "_default", "hosts.toml"), registry);
  writeFileSync(join(layout.networks, "10-prism.conflist"), JSON.stringify(NETWORK));
  return {
    containerd: write("containerd.toml", containerdToml(layout, runc)),
    kubelet: write("kubelet.yaml", stringify(kubeletConfig(layout, write("resolv.conf", "")))),
    coredns: write("Corefile", corefile(kubeconfig)),
  };
}

/** A bridge with addresses given out by the node itself; pods reach their own Service (hairpin). */
const NETWORK = {
  cniVersion: "1.0.0",
  name: "prism",
  plugins: [
    {
      type: "bridge",
      bridge: NODE.bridge,
      isGateway: true,
      hairpinMode: true,
      ipam: {
        type: "host-local",
        dataDir: "/run/cni",
        ranges: [[NODE.podRange]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
  ],
};

/** containerd 2, configuration version 3. A machine that withholds CAP_SYS_RESOURCE lets nobody lower an OOM score. */
function containerdToml(layout: NodeLayout, runc: string): string {
  return `version = 3
root = "${join(layout.containerd, "root")}"
state = "/run/containerd"
[grpc]
  address = "${layout.containerdSocket}"
[plugins."io.containerd.cri.v1.images"]
  snapshotter = "overlayfs"
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "docker.io/local/pause:1"
  [plugins."io.containerd.cri.v1.images".registry]
    config_path = "${layout.hosts}"
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["${CNI_PLUGINS}"]
    conf_dir = "${layout.networks}"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      BinaryName = "${runc}"
      SystemdCgroup = false
`;
}

function kubeletConfig(layout: NodeLayout, resolvConf: string): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: NODE.address,
    // Reachable within our own network namespace alone.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: "AlwaysAllow" },
    cgroupDriver: "cgroupfs",
    cgroupRoot: layout.cgroup,
    failCgroupV1: false,
    failSwapOn: false,
    localStorageCapacityIsolation: false,
    containerRuntimeEndpoint: `unix://${layout.containerdSocket}`,
    clusterDNS: [NODE.address],
    clusterDomain: NODE.clusterDomain,
    resolvConf,
    // Other work on this machine is no reason to evict.
    evictionHard: {
      "memory.available": "0%",
      "nodefs.available": "0%",
      "imagefs.available": "0%",
      "nodefs.inodesFree": "0%",
    },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    syncFrequency: "10s",
    nodeStatusUpdateFrequency: "4s",
    serializeImagePulls: false,
    maxPods: 200,
    shutdownGracePeriod: "0s",
    readOnlyPort: 0,
  };
}

/** Two zones: in one, the answer for everything else would come before that of the cluster. */
function corefile(kubeconfig: string): string {
  return `${NODE.clusterDomain}:53 in-addr.arpa:53 {
  bind ${NODE.address}
  errors
  kubernetes ${NODE.clusterDomain} in-addr.arpa {
    kubeconfig ${kubeconfig}
    pods verified
    ttl 2
  }
}
.:53 {
  bind ${NODE.address}
  template ANY ANY . {
    rcode NXDOMAIN
  }
}
`;
}
