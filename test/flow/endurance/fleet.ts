/** Many PrismClusters like the source's example, each in a namespace of its own. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { listAt, textAt } from "../../../tools/control-plane/json-value.ts";
import type { TestControlPlane } from "../control-plane.ts";
import { STACK_API } from "../prism-stack.ts";

/** Name of each cluster, as in the source. */
export const NAME = "prism-local";

const EXAMPLE = new URL("../../../deploy/samples/prism-local.v1alpha1.yaml", import.meta.url);
const CLUSTERS = "/apis/prism.io/v1alpha2/prismclusters";
const METADATA_ONLY = {
  accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
};
/** Requests of ours at a time: enough to keep the API server busy, as a GitOps tool would. */
const AT_ONCE = 8;
const LOOK_EVERY_MS = 500;

/** resourceVersions by kind, namespace and name. */
export type Versions = ReadonlyMap<string, string>;

export class Fleet {
  readonly #plane: TestControlPlane;
  readonly namespaces: readonly string[];

  constructor(plane: TestControlPlane, namespaces: readonly string[]) {
    this.#plane = plane;
    this.namespaces = namespaces;
  }

  /** Makes a fleet's namespaces; nothing is in them yet. */
  static async prepare(plane: TestControlPlane, count: number): Promise<Fleet> {
    const namespaces: string[] = [];
    await sideBySide(
      Array.from({ length: count }, (_, index) => index),
      async () => {
        namespaces.push(await plane.freshNamespace());
      },
    );
    return new Fleet(plane, namespaces);
  }

  /** Creates the example in every namespace, as `kubectl apply` of its file would write it. */
  async create(): Promise<void> {
    await sideBySide(this.namespaces, (namespace) => this.createIn(namespace));
  }

  async createIn(namespace: string): Promise<void> {
    const example = parse(readFileSync(EXAMPLE, "utf8"));
    const body = { ...example, metadata: { name: NAME, namespace } };
    const path = `/apis/prism.io/v1alpha1/namespaces/${namespace}/prismclusters`;
    const answer = await this.#plane.client.request("POST", path, { body });
    if (answer.status === 201) return;
    throw new Error(`${namespace}: ${answer.status} ${textAt(answer.body, "message")}`);
  }

  /** Waits until every cluster is Running; tells how many are. Throws when that takes longer than the time. */
  async untilRunning(withinMs: number, told: (running: number) => void): Promise<void> {
    const deadline = performance.now() + withinMs;
    const own = new Set(this.namespaces);
    for (;;) {
      const { body } = await this.#plane.client.request("GET", CLUSTERS);
      const running = listAt(body, "items").filter(
        (item) =>
          own.has(textAt(item, "metadata", "namespace")) &&
          textAt(item, "status", "phase") === "Running",
      ).length;
      told(running);
      if (running === own.size) return;
      if (performance.now() > deadline) {
        throw new Error(`${running} of ${own.size} are Running after ${withinMs / 1_000} s`);
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Every object of the fleet, children, pods and claims, with its version. */
  async versions(): Promise<Versions> {
    const objects = await this.#objects();
    return new Map(
      objects.map(([key, item]) => [key, textAt(item, "metadata", "resourceVersion")]),
    );
  }

  /** What the operator itself made: neither pods nor what the controllers made of its StatefulSets. */
  async children(): Promise<readonly string[]> {
    const objects = await this.#objects();
    return objects
      .filter(([, item]) => textAt(item, "metadata", "labels", "managed-by") === "prism-operator")
      .map(([key]) => key)
      .filter((key) => !key.startsWith("pods ") && !key.startsWith("persistentvolumeclaims "));
  }

  async #objects(): Promise<readonly (readonly [string, unknown])[]> {
    const own = new Set(this.namespaces);
    const found: (readonly [string, unknown])[] = [];
    for (const [plural, api] of Object.entries(STACK_API)) {
      if (plural === "events") continue;
      const path = `${api}/${plural}`;
      const { body } = await this.#plane.client.request("GET", path, { headers: METADATA_ONLY });
      for (const item of listAt(body, "items")) {
        const namespace = textAt(item, "metadata", "namespace");
        const key = `${plural} ${namespace}/${textAt(item, "metadata", "name")}`;
        if (own.has(namespace)) found.push([key, item]);
      }
    }
    return found;
  }

  /** Waits until two looks in a row see the same. */
  async untilQuiet(everyMs: number): Promise<Versions> {
    let before = await this.versions();
    for (;;) {
      await sleep(everyMs);
      const now = await this.versions();
      if (changesBetween(before, now).length === 0) return now;
      before = now;
    }
  }
}

/** What differs, by name; empty when nothing was written. */
export function changesBetween(before: Versions, after: Versions): readonly string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key));
}

async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const walk = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, walk));
}
