/** The programs that a control plane is made of. */
export const toolNames = [
  "etcd",
  "kube-apiserver",
  "kubectl",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "helm",
] as const;

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
  readonly module: "kubernetes" | "kwok" | "helm";
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
  "kube-apiserver": "8 min",
  kubectl: "2 min",
  "kube-controller-manager": "3 min",
  "kube-scheduler": "1 min",
  kwok: "2 min",
  helm: "4 min",
};

/** The program in the version that belongs to a Kubernetes version; etcd, KWOK and Helm are the same for all. */
export function toolOf(name: ToolName, kubernetesVersion: string): Tool {
  const coldBuild = coldBuilds[name];
  switch (name) {
    case "etcd": {
      const goPackage = "go.etcd.io/etcd/server/v3";
      return { ...at("etcd", "v3.7.0"), name, module: "kubernetes", goPackage, coldBuild };
    }
    case "kwok": {
      const goPackage = "sigs.k8s.io/kwok/cmd/kwok";
      return { ...at("kwok", "v0.8.0"), name, module: "kwok", goPackage, coldBuild };
    }
    case "helm": {
      const goPackage = "helm.sh/helm/v4/cmd/helm";
      return { ...at("helm", "v4.3.1"), name, module: "helm", goPackage, coldBuild };
    }
    case "kube-apiserver":
    case "kubectl":
    case "kube-controller-manager":
    case "kube-scheduler":
      return {
        ...at("kubernetes", kubernetesVersion),
        name,
        module: "kubernetes",
        goPackage: `k8s.io/kubernetes/cmd/${name}`,
        linkerFlags: kubernetesVersionFlags(kubernetesVersion),
        coldBuild,
      };
  }
}

function at(product: string, version: string): Pick<Tool, "version" | "folder" | "linkerFlags"> {
  return { version, folder: `${product}-${version}`, linkerFlags: [] };
}

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
