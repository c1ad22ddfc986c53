import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { servingCertificate } from "../fault-proxy/serving-certificate.ts";
import type { ApiClient } from "./api-client.ts";
import { apiClient } from "./api-client.ts";
import { createClusterObjects } from "./cluster-objects.ts";
import type { Component, Ports } from "./component.ts";
import { apiServer, controllerManager, etcd, kwok, scheduler } from "./component.ts";
import type { ComponentProcess } from "./component-process.ts";
import { waitUntilReady } from "./component-process.ts";
import { writeCredentials, writeKubeconfig } from "./credentials.ts";
import { freePorts } from "./free-port.ts";
import { listAt, textAt, valueAt } from "./json-value.ts";
import type { Layout } from "./layout.ts";
import type { Connection, Plan } from "./plan.ts";
import type { OnProgress } from "./progress.ts";

const stageFiles: readonly string[] = ["node.yaml", "pod.yaml"].map((file) =>
  fileURLToPath(new URL(`./stages/${file}`, import.meta.url)),
);

/** Of the Service `kubernetes`: the first address of the range. */
const serviceAddress = "10.96.0.1";
const serviceNames: readonly string[] = [
  "",
  ".default",
  ".default.svc",
  ".default.svc.cluster.local",
].map((rest) => `kubernetes${rest}`);

/** Something else may listen there and never answer. */
const probeWithinMs = 2000;

/** What the assembly needs of the one who owns the processes. */
export interface AssemblyHost {
  readonly launch: (component: Component) => ComponentProcess;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** Empties the folder of what an earlier run left, logs included, and lays out what the components read. */
export function prepareFolder(plan: Plan, layout: Layout): string {
  mkdirSync(layout.folder, { recursive: true, mode: 0o700 });
  for (const path of [layout.etcdData, layout.certificates, layout.logs, layout.bin])
    rmSync(path, { recursive: true, force: true });
  for (const path of [layout.certificates, layout.logs, layout.bin])
    mkdirSync(path, { recursive: true });
  for (const [name, path] of Object.entries(plan.binaries))
    symlinkSync(path, join(layout.bin, name));
  const token = writeCredentials(layout);
  if (plan.auditPolicy !== undefined) writeFileSync(layout.auditPolicy, plan.auditPolicy);
  return token;
}

/** Starts everything in order and answers when pods can be scheduled. Rejects with ComponentFailed. */
export async function assemble(
  plan: Plan,
  layout: Layout,
  token: string,
  host: AssemblyHost,
): Promise<Connection> {
  const [etcdPort = 0, etcdPeer = 0, apiServerPort = 0] = await freePorts(3);
  const ports: Ports = { etcd: etcdPort, etcdPeer, apiServer: apiServerPort };
  host.onProgress("Starting etcd");
  const store = host.launch(etcd(layout, ports));
  await waitUntilReady(store, () => answers(`http://127.0.0.1:${ports.etcd}/health`), host.signal);
  host.onProgress("Starting kube-apiserver");
  const connection = await startApiServer(plan, layout, ports, token, host);
  if (plan.scope === "api-server") return connection;
  host.onProgress("Starting controllers and nodes");
  const api = apiClient(connection);
  try {
    await startControllers(plan, layout, api, host);
  } finally {
    api.close();
  }
  return connection;
}

async function startApiServer(
  plan: Plan,
  layout: Layout,
  ports: Ports,
  token: string,
  host: AssemblyHost,
): Promise<Connection> {
  if (plan.realNode !== undefined) await writeCertificates(layout, plan.realNode.address);
  const server = host.launch(apiServer(layout, ports, plan));
  const url = `https://127.0.0.1:${ports.apiServer}`;
  const connectionNow = (): Connection => ({
    server: url,
    token,
    certificateAuthority: readFileSync(join(layout.certificates, "apiserver.crt"), "utf8"),
  });
  await waitUntilReady(server, async () => await isReady(connectionNow()), host.signal);
  const connection = connectionNow();
  writeKubeconfig(layout.kubeconfig, connection);
  return connection;
}

/** The certificate that the server makes for itself names one address only; pods use another. It makes none as a client. */
async function writeCertificates(layout: Layout, address: string): Promise<void> {
  const names = ["127.0.0.1", address, serviceAddress, ...serviceNames];
  const { certificate, key } = await servingCertificate(new Date(), names);
  writeFileSync(join(layout.certificates, "apiserver.crt"), certificate);
  writeFileSync(join(layout.certificates, "apiserver.key"), key, { mode: 0o600 });
  const client = await servingCertificate(new Date(), ["front-proxy-client"]);
  writeFileSync(layout.frontProxy.certificate, client.certificate);
  writeFileSync(layout.frontProxy.key, client.key, { mode: 0o600 });
}

async function startControllers(
  plan: Plan,
  layout: Layout,
  api: ApiClient,
  host: AssemblyHost,
): Promise<void> {
  const manager = host.launch(controllerManager(layout, plan));
  if (plan.nodes > 0 || plan.realNode !== undefined) host.launch(scheduler(layout));
  if (plan.nodes > 0) host.launch(kwok(layout, stageFiles));
  await createClusterObjects(api, plan.nodes);
  await waitUntilReady(manager, () => canRunPods(api, plan.nodes), host.signal);
}

async function answers(url: string): Promise<boolean> {
  return (await fetch(url, { signal: AbortSignal.timeout(probeWithinMs) })).ok;
}

async function isReady(connection: Connection): Promise<boolean> {
  const api = apiClient(connection);
  const signal = AbortSignal.timeout(probeWithinMs);
  try {
    return (await api.request("GET", "/readyz", { signal })).status === 200;
  } finally {
    api.close();
  }
}

/** Pods need nodes without the not-ready taint and the namespace's service account, both made by the controller manager. */
async function canRunPods(api: ApiClient, nodes: number): Promise<boolean> {
  const account = await api.request("GET", "/api/v1/namespaces/default/serviceaccounts/default");
  const list = await api.request("GET", "/api/v1/nodes");
  const usable = listAt(list.body, "items").filter(isUsable);
  return account.status === 200 && usable.length === nodes;
}

function isUsable(node: unknown): boolean {
  const isNodeReady = listAt(node, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True",
  );
  return isNodeReady && valueAt(node, "spec", "taints") === undefined;
}
