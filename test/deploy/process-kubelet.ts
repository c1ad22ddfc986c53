/**
 * The kubelet's and kube-proxy's part where nodes are fake: runs what the chart's pods say as processes, as their ServiceAccount, and tells the API
 * server how they fare. The chart is installed with the annotation `prism.test/fate`, so that KWOK calls no pod ready or complete by itself.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { NODE_ARGUMENTS } from "../../src/heap.ts";
import type { ApiClient } from "../../tools/control-plane/api-client.ts";
import { apiClient } from "../../tools/control-plane/api-client.ts";
import { freePorts } from "../../tools/control-plane/free-port.ts";
import { listAt, textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import type { Connection } from "../../tools/control-plane/plan.ts";
import { type ServiceBalancer, startServiceBalancer } from "./service-balancer.ts";

/** Keeps a pod waiting until its process says otherwise. */
export const FATE: string = "prism.test/fate";

/** Where the pods' containers have the programs: the image's working directory. */
export interface KubeletOptions {
  readonly plane: Connection;
  readonly namespace: string;
  /** For logs and kubeconfigs. */
  readonly folder: string;
  /** What the image holds; the checkout unless a test has an image's root. */
  readonly root?: string;
  /** Roots of images by their tag, where not all pods have the same. */
  readonly rootsByTag?: ReadonlyMap<string, string>;
  readonly node?: string;
}

interface Running {
  readonly name: string;
  readonly child: ChildProcess;
  readonly log: string;
  readonly ports: Ports | undefined;
  isReady: boolean;
  /** CPU seconds until it was ready. */
  startUp?: number;
}

interface Ports {
  readonly webhooks: number;
  readonly health: number;
  readonly metrics: number;
}

const EVERY_MS = 100;

/** Runs until `stop`. */
export class ProcessKubelet {
  readonly #options: KubeletOptions;
  readonly #client: ApiClient;
  readonly #running = new Map<string, Running>();
  readonly #ending = new Set<ChildProcess>();
  readonly #stopped = new AbortController();
  readonly #loop: Promise<void>;
  #balancer: { readonly address: string; readonly balancer: ServiceBalancer } | undefined;

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#client = apiClient(options.plane);
    mkdirSync(options.folder, { recursive: true });
    this.#loop = this.#run();
  }

  /** Every line that a process of a pod with such a name wrote. */
  logs(podPrefix: string): string {
    return [...this.#all.values()]
      .filter(({ name }) => name.startsWith(podPrefix))
      .map(({ log }) => readFileSync(log, "utf8"))
      .join("");
  }

  /** CPU seconds that each operator had used when it was ready for the first time. */
  startUps(): readonly number[] {
    return [...this.#all.values()].flatMap(({ startUp }) => startUp ?? []);
  }

  /** Metrics ports of the operator's processes. */
  metricsPorts(): readonly number[] {
    return [...this.#running.values()].flatMap(({ ports }) => ports?.metrics ?? []);
  }

  /** Ends every process, without a drain. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
    for (const { child } of this.#running.values()) this.#ending.add(child);
    await Promise.all([...this.#ending].map(endNow));
    await this.#balancer?.balancer.close();
    this.#client.close();
  }

  readonly #all = new Map<string, Running>();

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await this.#round();
      } catch (error) {
        if (!signal.aborted) process.stderr.write(`kubelet: ${String(error)}\n`);
      }
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #round(): Promise<void> {
    const { body } = await this.#get("pods");
    const pods = listAt(body, "items").filter(
      (pod) => valueAt(pod, "metadata", "deletionTimestamp") === undefined,
    );
    const present = new Set(pods.map((pod) => textAt(pod, "metadata", "uid")));
    for (const [uid, { child }] of this.#running) if (!present.has(uid)) this.#end(uid, child);
    for (const pod of pods) {
      if (textAt(pod, "spec", "nodeName") === "") continue;
      if (
        valueAt(pod, "metadata", "annotations", FATE) === undefined &&
        !this.#running.has(textAt(pod, "metadata", "uid"))
      )
        continue;
      await this.#care(pod);
    }
    await this.#balance();
  }

  #end(uid: string, child: ChildProcess): void {
    this.#running.delete(uid);
    this.#ending.add(child);
    child.once("exit", () => this.#ending.delete(child));
    child.kill("SIGTERM");
  }

  async #care(pod: unknown): Promise<void> {
    const uid = textAt(pod, "metadata", "uid");
    const running = this.#running.get(uid) ?? (await this.#start(pod));
    if (running === undefined) return;
    const { child, ports } = running;
    if (child.exitCode !== null || child.signalCode !== null) {
      await this.#report(pod, child.exitCode === 0 ? "Succeeded" : "Failed");
      return;
    }
    if (ports === undefined) return;
    const isReady = await answers(`http://127.0.0.1:${ports.health}/readyz`);
    if (isReady === running.isReady) return;
    running.isReady = isReady;
    running.startUp ??= cpuSeconds(child.pid ?? 0);
    // Taken away, KWOK lets the pod become ready; put back, it strikes it.
    await this.#patch(pod, {
      metadata: { annotations: { [FATE]: isReady ? null : "never-ready" } },
    });
  }

  async #start(pod: unknown): Promise<Running | undefined> {
    const phase = textAt(pod, "status", "phase");
    if (phase === "Succeeded" || phase === "Failed") return undefined;
    const [container] = listAt(pod, "spec", "containers");
    const isOperator = textAt(container, "name") === "operator";
    const [webhooks = 0, health = 0, metrics = 0] = isOperator ? await freePorts(3) : [];
    const ports = isOperator ? { webhooks, health, metrics } : undefined;
    const mounts = await this.#mounts(pod, container);
    const said = listAt(container, "args").map((arg) => onHost(String(arg), mounts));
    const args =
      ports === undefined
        ? said
        : [...NODE_ARGUMENTS, "src/main.ts", ...said, ...onLoopback(ports)];
    const name = textAt(pod, "metadata", "name");
    const log = join(this.#options.folder, `${name}.log`);
    const output = openSync(log, "a");
    const child = spawn(this.#options.node ?? process.execPath, args, {
      cwd: this.#rootOf(textAt(container, "image")),
      stdio: ["ignore", output, output],
      env: {
        PATH: process.env["PATH"],
        ...environmentOf(container),
        KUBECONFIG: await this.#kubeconfig(pod),
      },
      detached: true,
    });
    closeSync(output);
    const running = { name, child, log, ports, isReady: false };
    this.#running.set(textAt(pod, "metadata", "uid"), running);
    this.#all.set(textAt(pod, "metadata", "uid"), running);
    return running;
  }

  #rootOf(image: string): string {
    const { root = join(import.meta.dirname, "..", ".."), rootsByTag } = this.#options;
    return rootsByTag?.get(image.slice(image.lastIndexOf(":") + 1)) ?? root;
  }

  /** ConfigMaps and Secrets of the pod's volumes as files, as they are when the pod starts; where each is mounted, and the folder it is in. */
  async #mounts(pod: unknown, container: unknown): Promise<readonly Mount[]> {
    const mounts: Mount[] = [];
    for (const mount of listAt(container, "volumeMounts")) {
      const name = textAt(mount, "name");
      const volume = listAt(pod, "spec", "volumes").find((one) => textAt(one, "name") === name);
      const files = await this.#filesOf(volume);
      if (files === undefined) continue;
      const folder = join(this.#options.folder, textAt(pod, "metadata", "name"), name);
      mkdirSync(folder, { recursive: true });
      for (const [file, content] of files) writeFileSync(join(folder, file), content);
      mounts.push({ path: textAt(mount, "mountPath"), folder });
    }
    return mounts;
  }

  async #filesOf(volume: unknown): Promise<readonly (readonly [string, Buffer])[] | undefined> {
    const map = textAt(volume, "configMap", "name");
    const secret = textAt(volume, "secret", "secretName");
    if (map === "" && secret === "") return undefined;
    const { body } = await this.#get(map === "" ? `secrets/${secret}` : `configmaps/${map}`);
    const encoding = map === "" ? "base64" : "utf8";
    return Object.entries(Object(valueAt(body, "data"))).map(
      ([file, text]) => [file, Buffer.from(String(text), encoding)] as const,
    );
  }

  /** A token of the pod's own ServiceAccount, as a projected volume has it. */
  async #kubeconfig(pod: unknown): Promise<string> {
    const { plane, namespace, folder } = this.#options;
    const account = textAt(pod, "spec", "serviceAccountName");
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
    const body = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: 7200 },
    };
    const answer = await this.#client.request("POST", path, { body });
    const token = textAt(answer.body, "status", "token");
    if (token === "") throw new Error(`no token for ${account}: ${answer.status}`);
    const ca = Buffer.from(plane.certificateAuthority).toString("base64");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "pod",
      clusters: [
        { name: "pod", cluster: { server: plane.server, "certificate-authority-data": ca } },
      ],
      contexts: [{ name: "pod", context: { cluster: "pod", user: "pod", namespace } }],
      users: [{ name: "pod", user: { token } }],
    };
    const file = join(folder, `${textAt(pod, "metadata", "name")}.kubeconfig`);
    writeFileSync(file, stringify(config), { mode: 0o600 });
    return file;
  }

  /** As a kubelet tells of a container that ended. */
  async #report(pod: unknown, phase: "Succeeded" | "Failed"): Promise<void> {
    if (textAt(pod, "status", "phase") === phase) return;
    const at = new Date().toISOString();
    const terminated = {
      exitCode: phase === "Succeeded" ? 0 : 1,
      reason: phase === "Succeeded" ? "Completed" : "Error",
      startedAt: at,
      finishedAt: at,
    };
    const [container] = listAt(pod, "spec", "containers");
    const status = {
      name: textAt(container, "name"),
      image: textAt(container, "image"),
      imageID: "",
      restartCount: 0,
      ready: false,
      started: false,
      state: { terminated },
    };
    await this.#patch(pod, { status: { phase, containerStatuses: [status] } }, "/status");
  }

  async #balance(): Promise<void> {
    const { body } = await this.#get("services");
    const service = listAt(body, "items").find((one) =>
      listAt(one, "spec", "ports").some((port) => valueAt(port, "targetPort") === "webhooks"),
    );
    const address = textAt(service, "spec", "clusterIP");
    if (address !== this.#balancer?.address) {
      await this.#balancer?.balancer.close();
      this.#balancer =
        address === ""
          ? undefined
          : { address, balancer: await startServiceBalancer(address, 443) };
    }
    const ready = [...this.#running.values()].filter(({ isReady }) => isReady);
    this.#balancer?.balancer.use(ready.flatMap(({ ports }) => ports?.webhooks ?? []));
  }

  #get(plural: string) {
    return this.#client.request("GET", `/api/v1/namespaces/${this.#options.namespace}/${plural}`);
  }

  async #patch(pod: unknown, body: object, subresource = ""): Promise<void> {
    const path = `/api/v1/namespaces/${this.#options.namespace}/pods/${textAt(pod, "metadata", "name")}${subresource}`;
    await this.#client.request("PATCH", path, {
      body,
      contentType: "application/merge-patch+json",
    });
  }
}

function onLoopback({ webhooks, health, metrics }: Ports): readonly string[] {
  return [
    "--bind-address=127.0.0.1",
    `--webhook-port=${webhooks}`,
    `--health-port=${health}`,
    `--metrics-port=${metrics}`,
  ];
}

interface Mount {
  readonly path: string;
  readonly folder: string;
}

/** An argument that names a mounted file, as it is called here. */
function onHost(arg: string, mounts: readonly Mount[]): string {
  const mount = mounts.find(({ path }) => arg.includes(`=${path}/`));
  return mount === undefined ? arg : arg.replace(`=${mount.path}/`, `=${mount.folder}/`);
}

function environmentOf(container: unknown): Record<string, string> {
  return Object.fromEntries(
    listAt(container, "env").map((entry) => [textAt(entry, "name"), textAt(entry, "value")]),
  );
}

/** proc(5): user and system time in hundredths of a second, fields 14 and 15. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
}

function endNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
