import type { Layout } from "./layout.ts";
import type { Plan } from "./plan.ts";
import type { ToolName } from "./tool.ts";

/** One program of a running control plane. */
export interface Component {
  readonly name: ToolName;
  readonly args: readonly string[];
}

/** Ports on loopback, one for each listener. */
export interface Ports {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
}

/** etcd without fsync: the data is thrown away with the folder. */
export function etcd(layout: Layout, ports: Ports): Component {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return {
    name: "etcd",
    args: [
      `--data-dir=${layout.etcdData}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      "--unsafe-no-fsync",
      "--log-level=warn",
    ],
  };
}

/** kube-apiserver with RBAC and a certificate of its own making. */
export function apiServer(layout: Layout, ports: Ports, plan: Plan): Component {
  const audit = [
    `--audit-policy-file=${layout.auditPolicy}`,
    `--audit-log-path=${layout.auditLog}`,
  ];
  return {
    name: "kube-apiserver",
    args: [
      `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
      `--cert-dir=${layout.certificates}`,
      `--secure-port=${ports.apiServer}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      "--endpoint-reconciler-type=none",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${layout.signingPublicKey}`,
      `--service-account-signing-key-file=${layout.signingKey}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      "--authorization-mode=RBAC",
      `--token-auth-file=${layout.tokens}`,
      "--allow-privileged=true",
      ...(plan.auditPolicy === undefined ? [] : audit),
      ...(plan.realNode === undefined ? [] : reachableFlags(layout, plan.realNode.address)),
      ...plan.apiServerFlags,
    ],
  };
}

/** The last of two flags of one name counts. */
function reachableFlags(layout: Layout, address: string): readonly string[] {
  const { certificate, key } = layout.frontProxy;
  return [
    "--bind-address=0.0.0.0",
    `--advertise-address=${address}`,
    "--endpoint-reconciler-type=lease",
    // The kubelet's certificate is of its own making.
    "--kubelet-preferred-address-types=InternalIP",
    "--enable-aggregator-routing=true",
    // What it shows to aggregated API servers, such as metrics-server, so that they believe for whom it asks.
    `--proxy-client-cert-file=${certificate}`,
    `--proxy-client-key-file=${key}`,
    `--requestheader-client-ca-file=${certificate}`,
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
  ];
}

/** kube-controller-manager; its default of 20 requests a second would pace everything. */
export function controllerManager(layout: Layout, plan: Plan): Component {
  return {
    name: "kube-controller-manager",
    args: [
      `--kubeconfig=${layout.kubeconfig}`,
      `--service-account-private-key-file=${layout.signingKey}`,
      `--root-ca-file=${layout.certificates}/apiserver.crt`,
      // As in a cluster: each controller is the service account that admission rules name.
      "--use-service-account-credentials=true",
      "--secure-port=0",
      "--leader-elect=false",
      "--kube-api-qps=200",
      "--kube-api-burst=400",
      "--node-monitor-period=1s",
      ...(plan.realNode === undefined ? [] : ["--horizontal-pod-autoscaler-sync-period=5s"]),
    ],
  };
}

/** kube-scheduler. */
export function scheduler(layout: Layout): Component {
  return {
    name: "kube-scheduler",
    args: [
      `--kubeconfig=${layout.kubeconfig}`,
      "--leader-elect=false",
      "--secure-port=0",
      "--kube-api-qps=200",
      "--kube-api-burst=400",
    ],
  };
}

/** KWOK, which plays the nodes that carry its annotation and the pods on them, as the stages say. */
export function kwok(layout: Layout, stageFiles: readonly string[]): Component {
  return {
    name: "kwok",
    args: [
      `--kubeconfig=${layout.kubeconfig}`,
      "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
      "--node-lease-duration-seconds=40",
      ...stageFiles.map((file) => `--config=${file}`),
    ],
  };
}
