/** A namespace with a PrismCluster in it, watched by a running operator: what reconciliation tests do and ask. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { listAt, textAt } from "../../tools/control-plane/json-value.ts";
import type { TestControlPlane } from "./control-plane.ts";

/** An object of the API, as far as tests look. */
export interface LiveObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string; readonly name: string }[];
  };
  // biome-ignore lint/suspicious/noExplicitAny: tests read any field of any kind
  readonly [field: string]: any;
}

/** Where the kinds of a stack are served, by their plurals. */
export const STACK_API: Readonly<Record<string, string>> = {
  configmaps: "/api/v1",
  secrets: "/api/v1",
  services: "/api/v1",
  serviceaccounts: "/api/v1",
  pods: "/api/v1",
  persistentvolumeclaims: "/api/v1",
  statefulsets: "/apis/apps/v1",
  deployments: "/apis/apps/v1",
  poddisruptionbudgets: "/apis/policy/v1",
  networkpolicies: "/apis/networking.k8s.io/v1",
  ingresses: "/apis/networking.k8s.io/v1",
  horizontalpodautoscalers: "/apis/autoscaling/v2",
  roles: "/apis/rbac.authorization.k8s.io/v1",
  rolebindings: "/apis/rbac.authorization.k8s.io/v1",
  prismclusters: "/apis/prism.io/v1alpha2",
  prismpatterns: "/apis/prism.io/v1beta1",
  prismfederations: "/apis/prism.io/v1alpha3",
  dnsendpoints: "/apis/externaldns.k8s.io/v1alpha1",
  prismnamespaces: "/apis/prism.io/v1alpha2",
  events: "/apis/events.k8s.io/v1",
};

/** Plurals of everything that a stack is made of, pods and claims too. */
export const STACK_RESOURCES = Object.keys(STACK_API).filter(
  (plural) => !/^prism|^dnsendpoints$|^events$/.test(plural),
);

const EXAMPLE = new URL("../../deploy/samples/prism-local.v1alpha1.yaml", import.meta.url);
const PATIENCE_MS = 60_000;

export class PrismStack {
  readonly #plane: TestControlPlane;
  readonly namespace: string;

  constructor(plane: TestControlPlane, namespace: string) {
    this.#plane = plane;
    this.namespace = namespace;
  }

  path(plural: string, name = "", api = STACK_API[plural]): string {
    return `${api}/namespaces/${this.namespace}/${plural}${name && `/${name}`}`;
  }

  async get(plural: string, name: string): Promise<LiveObject | undefined> {
    const path = this.path(plural, name);
    const { status, body } = await this.#plane.client.request("GET", path);
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${textAt(body, "message")}`);
    return body as LiveObject;
  }

  /** The object; fails the test when it is not there. */
  async object(plural: string, name: string): Promise<LiveObject> {
    const found = await this.get(plural, name);
    if (found === undefined) throw new Error(`${plural}/${name} is not there`);
    return found;
  }

  async list(plural: string): Promise<readonly LiveObject[]> {
    const { body } = await this.#plane.client.request("GET", this.path(plural));
    return listAt(body, "items") as readonly LiveObject[];
  }

  /** Everything of the stack, in no order. */
  async everything(): Promise<readonly LiveObject[]> {
    const lists = await Promise.all(STACK_RESOURCES.map((plural) => this.list(plural)));
    return lists.flat().filter(({ metadata }) => {
      return metadata.name !== "kube-root-ca.crt" && metadata.name !== "default";
    });
  }

  /** resourceVersions of everything, for a comparison later. */
  async versions(): Promise<Readonly<Record<string, string>>> {
    const objects = [...(await this.everything()), ...(await this.list("prismclusters"))];
    return Object.fromEntries(
      objects.map((one) => [uidName(one), one.metadata.resourceVersion]).toSorted(),
    );
  }

  /** Uids of all pods by name. */
  async podUids(): Promise<Readonly<Record<string, string>>> {
    const pods = await this.list("pods");
    return Object.fromEntries(pods.map(({ metadata }) => [metadata.name, metadata.uid]).toSorted());
  }

  /** Writes an object; the answer's code and body. */
  async write(
    method: "POST" | "PUT" | "DELETE" | "PATCH",
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<{ status: number; body: unknown }> {
    const answer = await this.#plane.client.request(method, path, { body, contentType });
    if (answer.status >= 400) {
      throw new Error(`${method} ${path}: ${answer.status} ${textAt(answer.body, "message")}`);
    }
    return answer;
  }

  /** Creates the source's example, changed. */
  async createExample(change: (example: Example) => void = () => undefined): Promise<LiveObject> {
    const example: Example = parse(readFileSync(EXAMPLE, "utf8"));
    example.metadata.namespace = this.namespace;
    change(example);
    const path = this.path("prismclusters", "", "/apis/prism.io/v1alpha1");
    return (await this.write("POST", path, example)).body as LiveObject;
  }

  /** Creates a cluster of the hub version with this spec. */
  async create(spec: unknown, metadata: object = {}): Promise<LiveObject> {
    const object = {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismCluster",
      metadata: { name: "prism", namespace: this.namespace, ...metadata },
      spec,
    };
    return (await this.write("POST", this.path("prismclusters"), object)).body as LiveObject;
  }

  /** Merge patch of an object. */
  async merge(plural: string, name: string, body: unknown): Promise<LiveObject> {
    const type = "application/merge-patch+json";
    return (await this.write("PATCH", this.path(plural, name), body, type)).body as LiveObject;
  }

  async remove(plural: string, name: string, options: object = {}): Promise<void> {
    await this.write("DELETE", this.path(plural, name), options);
  }

  /** Takes our webhooks out of the way, and conversion with them, as in a cluster whose operator is gone. */
  async removeWebhooks(): Promise<void> {
    const group = "/apis/admissionregistration.k8s.io/v1";
    for (const kind of ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"]) {
      await this.#plane.client.request("DELETE", `${group}/${kind}/prism-operator`);
    }
    const crd = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/prismclusters.prism.io";
    const none = { spec: { conversion: { strategy: "None", webhook: null } } };
    await this.write("PATCH", crd, none, "application/merge-patch+json");
  }

  /** Asks until the answer is no longer undefined or false; fails with what was waited for. */
  async until<T>(
    what: string,
    ask: () => Promise<T | undefined | false>,
    withinMs = PATIENCE_MS,
  ): Promise<T> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      if (performance.now() > deadline) {
        throw new Error(`${what} did not come to be; ${await this.#state()}`);
      }
      await sleep(100);
    }
  }

  /** Waits for a phase with the generation seen. */
  untilPhase(phase: string, name = "prism-local", withinMs = PATIENCE_MS): Promise<LiveObject> {
    return this.until(
      `phase ${phase}`,
      async () => {
        const cluster = await this.get("prismclusters", name);
        const status = cluster?.["status"];
        const isSeen = status?.observedGeneration === cluster?.metadata.generation;
        return isSeen && status?.phase === phase && cluster;
      },
      withinMs,
    );
  }

  /** Waits for an event of ours about an object. */
  async untilEvent(kind: string, name: string, reason: string): Promise<void> {
    await this.until(`the event ${reason} of ${kind} ${name}`, async () =>
      (await this.list("events")).some(
        (one) =>
          one["reason"] === reason &&
          one["regarding"].kind === kind &&
          one["regarding"].name === name &&
          one["reportingController"] === "prism.io/operator",
      ),
    );
  }

  /** Waits until nothing in the namespace has changed for a while. */
  async untilQuiet(forMs = 3_000): Promise<Readonly<Record<string, string>>> {
    let before = await this.versions();
    for (;;) {
      await sleep(forMs);
      const now = await this.versions();
      if (JSON.stringify(now) === JSON.stringify(before)) return now;
      before = now;
    }
  }

  /** Waits until the object of that name is gone. */
  untilGone(plural: string, name: string, withinMs = PATIENCE_MS): Promise<true> {
    return this.until(
      `the end of ${plural}/${name}`,
      async () => (await this.get(plural, name)) === undefined,
      withinMs,
    );
  }

  async #state(): Promise<string> {
    const clusters = await this.list("prismclusters");
    const pods = await this.list("pods");
    const statuses = JSON.stringify(clusters.map(({ status }) => status));
    return `${statuses}; pods ${pods.map(({ metadata }) => metadata.name).join(" ")}`;
  }
}

/** The source's example as YAML gives it. */
export interface Example {
  readonly metadata: {
    name: string;
    namespace: string;
    annotations?: Record<string, string>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: tests change any field
  readonly spec: any;
}

function uidName({ kind, metadata }: LiveObject): string {
  return `${kind ?? ""}/${metadata.name}/${metadata.uid}`;
}

/** A small cluster of the hub version: one Redis, an admin, a proxy and one runner. */
export const SMALL = {
  admin: { replicas: 1, storage: { type: "sqlite", size: "1Gi" } },
  proxy: { replicas: 1 },
  patterns: [
    { name: "keyvalue", workload: "StatefulSet", replicas: 1, backends: [{ name: "redis" }] },
  ],
  backends: { redis: { replicas: 1, version: "7.4-alpine", storage: { size: "1Gi" } } },
};
