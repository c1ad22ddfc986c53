/** A real node: containerd, kubelet, kube-proxy and CoreDNS beside a control plane, in namespaces of our own. */
import { Resolver } from "node:dns/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { apiClient } from "../control-plane/api-client.ts";
import type { Component } from "../control-plane/component.ts";
import {
  type ComponentProcess,
  startComponent,
  waitUntilReady,
} from "../control-plane/component-process.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { listAt, textAt } from "../control-plane/json-value.ts";
import { layoutOf } from "../control-plane/layout.ts";
import type { ToolName } from "../control-plane/tool.ts";
import { writeNodeFiles } from "./node-files.ts";
import { NODE, type NodeLayout } from "./node-layout.ts";

/** What the node is made with. */
export interface NodeRequest {
  readonly layout: NodeLayout;
  readonly controlPlane: ControlPlane;
  readonly binaries: ReadonlyMap<ToolName, string>;
  readonly runc: string;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A node that is Ready. */
export interface RunningNode {
  /** Ends its programs and starts them again, with the pods that were there. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the programs in order. Rejects with ComponentFailed. */
export async function startNode(request: NodeRequest): Promise<RunningNode> {
  const { layout, controlPlane, runc } = request;
  const files = writeNodeFiles(layout, controlPlane.kubeconfigPath, runc);
  const steps = stepsOf(request, files);
  let running = await startAll(steps, request);
  const stop = async (): Promise<void> => {
    for (const one of running.toReversed()) await one.stop();
  };
  return {
    stop,
    restart: async () => {
      await stop();
      running = await startAll(steps, request);
    },
  };
}

interface Step {
  readonly component: Component;
  readonly isReady: () => Promise<boolean>;
}

async function startAll(
  steps: readonly Step[],
  { binaries, controlPlane, onProgress, signal }: NodeRequest,
): Promise<readonly ComponentProcess[]> {
  const running: ComponentProcess[] = [];
  for (const { component, isReady } of steps) {
    onProgress(`Starting ${component.name}`);
    const binary = binaries.get(component.name);
    if (binary === undefined) throw new Error(`no binary for ${component.name}`);
    const one = startComponent(component, binary, layoutOf(controlPlane.dir));
    running.push(one);
    await waitUntilReady(one, isReady, signal);
  }
  return running;
}

function stepsOf(
  { layout, controlPlane }: NodeRequest,
  files: ReturnType<typeof writeNodeFiles>,
): readonly Step[] {
  const kubeconfig = `--kubeconfig=${controlPlane.kubeconfigPath}`;
  return [
    {
      component: { name: "containerd", args: ["--config", files.containerd] },
      isReady: () => Promise.resolve(existsSync(layout.containerdSocket)),
    },
    {
      component: { name: "coredns", args: ["-conf", files.coredns] },
      isReady: resolvesKubernetes,
    },
    {
      component: {
        name: "kubelet",
        args: [
          `--config=${files.kubelet}`,
          kubeconfig,
          `--hostname-override=${NODE.name}`,
          `--node-ip=${NODE.address}`,
          `--root-dir=${layout.kubelet}`,
          `--cert-dir=${join(layout.kubelet, "pki")}`,
        ],
      },
      isReady: () => isNodeReady(controlPlane),
    },
    // It looks for its node, which the kubelet registers.
    {
      component: { name: "kube-proxy", args: [...PROXY_ARGS, kubeconfig] },
      isReady: async () => (await fetch(`http://127.0.0.1:${PROXY_HEALTH}/healthz`)).ok,
    },
    metricsStep(controlPlane.kubeconfigPath, layout),
  ];
}

/** Metrics of pods for autoscalers, served from the node itself. */
function metricsStep(kubeconfig: string, layout: NodeLayout): Step {
  return {
    component: {
      name: "metrics-server",
      args: [
        ...["--kubeconfig", "--authentication-kubeconfig", "--authorization-kubeconfig"].map(
          (flag) => `${flag}=${kubeconfig}`,
        ),
        "--kubelet-insecure-tls",
        "--kubelet-preferred-address-types=InternalIP",
        // The shortest that it takes; a request must be shorter.
        "--metric-resolution=10s",
        "--kubelet-request-timeout=5s",
        `--bind-address=${NODE.address}`,
        `--secure-port=${NODE.metricsPort}`,
        `--cert-dir=${join(layout.folder, "metrics-server")}`,
      ],
    },
    isReady: () => Promise.resolve(existsSync(join(layout.folder, "metrics-server"))),
  };
}

const PROXY_HEALTH = 10256;
const PROXY_ARGS = [
  "--proxy-mode=iptables",
  "--conntrack-max-per-core=0",
  `--hostname-override=${NODE.name}`,
  `--cluster-cidr=${NODE.podRange.subnet}`,
  `--healthz-bind-address=127.0.0.1:${PROXY_HEALTH}`,
  "--metrics-bind-address=127.0.0.1:10249",
  "--iptables-min-sync-period=100ms",
];

async function resolvesKubernetes(): Promise<boolean> {
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([NODE.address]);
  const found = await resolver.resolve4(`kubernetes.default.svc.${NODE.clusterDomain}`);
  return found.length > 0;
}

async function isNodeReady(controlPlane: ControlPlane): Promise<boolean> {
  const api = apiClient(controlPlane);
  try {
    const { body } = await api.request("GET", `/api/v1/nodes/${NODE.name}`);
    return listAt(body, "status", "conditions").some(
      (one) => textAt(one, "type") === "Ready" && textAt(one, "status") === "True",
    );
  } finally {
    api.close();
  }
}
