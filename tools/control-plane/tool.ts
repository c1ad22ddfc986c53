/** The programs that a control plane is made of. */
export const coreToolNames = [
  "etcd",
  "kube-apiserver",
  "kubectl",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
] as const;

/** Programs that only some tests and tools ask for: both lines of Helm, Prometheus' checker, and Argo CD's own Lua. */
export const extraToolNames = ["helm", "helm3", "promtool", "glua"] as const;

/** Programs of a real node: see tools/node. */
export const nodeToolNames = [
  "kubelet",
  "kube-proxy",
  "containerd",
  "containerd-shim-runc-v2",
  "coredns",
  "metrics-server",
] as const;

/** Programs that only images are made of. */
export const imageToolNames = ["minio", "mc"] as const;

/** Every program that a control plane does without. */
export const moreToolNames = [...extraToolNames, ...nodeToolNames, ...imageToolNames] as const;

/** Every program that can be had. */
export const toolNames = [...coreToolNames, ...moreToolNames] as const;

/** One program of the control plane. */
export type ToolName = (typeof toolNames)[number];

/** The Kubernetes that is pinned by hash in build/kubernetes/go.sum. */
export const pinnedKubernetes = "v1.37.2";

/** One program in one version, and how it is built from its Go module. */
export interface Tool {
  readonly name: ToolName;
  /** As the module proxy names it, for example `v1.37.2`. */
  readonly version: string;
  /** The pinned module under build/. */
  readonly module:
    | "kubernetes"
    | "kwok"
    | (typeof extraToolNames)[number]
    | "containerd"
    | "coredns"
    | "metrics-server"
    | (typeof imageToolNames)[number];
  /** The import path of its main package. */
  readonly goPackage: string;
  /** The folder in the cache, one for each version. */
  readonly folder: string;
  readonly linkerFlags: readonly string[];
  /** What to expect of a cold build on two cores, as measured. */
  readonly coldBuild: string;
}

const coldBuilds: Readonly<Record<ToolName, string>> = {
  etcd: "1 min",
  "kube-apiserver": "7 min",
  kubectl: "1 min",
  "kube-controller-manager": "3 min",
  "kube-scheduler": "1 min",
  kwok: "2 min",
  helm: "4 min",
  helm3: "4 min",
  promtool: "8 min",
  glua: "10 s",
  kubelet: "2 min",
  "kube-proxy": "1 min",
  containerd: "3 min",
  "containerd-shim-runc-v2": "1 min",
  coredns: "6 min",
  "metrics-server": "2 min",
  minio: "5 min",
  mc: "2 min",
};

type KubernetesToolName =
  | "kube-apiserver"
  | "kubectl"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kubelet"
  | "kube-proxy";

/** Where each of the other programs comes from; `product` names its folder in the cache where the module's name would not do. */
const others: Readonly<
  Record<
    Exclude<ToolName, KubernetesToolName>,
    Pick<Tool, "module" | "goPackage" | "version"> & { readonly product?: string }
  >
> = {
  etcd: {
    module: "kubernetes",
    product: "etcd",
    goPackage: "go.etcd.io/etcd/server/v3",
    version: "v3.7.0",
  },
  kwok: { module: "kwok", goPackage: "sigs.k8s.io/kwok/cmd/kwok", version: "v0.8.0" },
  helm: { module: "helm", goPackage: "helm.sh/helm/v4/cmd/helm", version: "v4.3.1" },
  helm3: {
    module: "helm3",
    product: "helm",
    goPackage: "helm.sh/helm/v3/cmd/helm",
    version: "v3.22.0",
  },
  promtool: {
    module: "promtool",
    product: "prometheus",
    goPackage: "github.com/prometheus/prometheus/cmd/promtool",
    version: "v0.316.0",
  },
  glua: {
    module: "glua",
    product: "gopher-lua",
    goPackage: "github.com/yuin/gopher-lua/cmd/glua",
    version: "v1.1.1",
  },
  containerd: {
    module: "containerd",
    goPackage: "github.com/containerd/containerd/v2/cmd/containerd",
    version: "v2.4.2",
  },
  "containerd-shim-runc-v2": {
    module: "containerd",
    goPackage: "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
    version: "v2.4.2",
  },
  coredns: { module: "coredns", goPackage: "github.com/coredns/coredns", version: "v1.15.0" },
  "metrics-server": {
    module: "metrics-server",
    goPackage: "sigs.k8s.io/metrics-server/cmd/metrics-server",
    version: "v0.9.0",
  },
  // Its releases are no Go versions; this is the newest commit that the module proxy has.
  minio: {
    module: "minio",
    goPackage: "github.com/minio/minio",
    version: "v0.0.0-20260212201848-7aac2a2c5b7c",
  },
  mc: {
    module: "mc",
    goPackage: "github.com/minio/mc",
    version: "v0.0.0-20250313080218-cf909e1063a9",
  },
};

/** The program in the version that belongs to a Kubernetes version; all but Kubernetes' own are the same for all. */
export function toolOf(name: ToolName, kubernetesVersion: string): Tool {
  const coldBuild = coldBuilds[name];
  if (isKubernetes(name)) {
    return {
      name,
      version: kubernetesVersion,
      module: "kubernetes",
      goPackage: `k8s.io/kubernetes/cmd/${name}`,
      folder: `kubernetes-${kubernetesVersion}`,
      linkerFlags: kubernetesVersionFlags(kubernetesVersion),
      coldBuild,
    };
  }
  const { module, goPackage, version, product = module } = others[name];
  const linkerFlags = name === "helm3" ? HELM3_FLAGS : [];
  return {
    name,
    version,
    module,
    goPackage,
    folder: `${product}-${version}`,
    linkerFlags,
    coldBuild,
  };
}

function isKubernetes(name: ToolName): name is KubernetesToolName {
  return !(name in others);
}

/** Without these Helm 3 takes every chart for one of Kubernetes 1.20, and calls itself v3.22 without a patch. */
const HELM3_FLAGS: readonly string[] = [
  "-X helm.sh/helm/v3/internal/version.version=v3.22.0",
  ...["chartutil", "lint/rules"].flatMap((name) => [
    `-X helm.sh/helm/v3/pkg/${name}.k8sVersionMajor=1`,
    `-X helm.sh/helm/v3/pkg/${name}.k8sVersionMinor=37`,
  ]),
];

/** Without these the server calls itself v0.0.0-master and kubectl complains. */
function kubernetesVersionFlags(version: string): readonly string[] {
  const [major = "", minor = ""] = version.slice(1).split(".");
  const variable = "k8s.io/component-base/version.git";
  return [
    `-X ${variable}Version=${version}`,
    `-X ${variable}Major=${major}`,
    `-X ${variable}Minor=${minor}`,
  ];
}
