import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { loadCrds } from "../../src/kinds.ts";
import { freePorts } from "../../tools/control-plane/free-port.ts";
import { clientConfig, webhookConfigurations } from "../../webhooks/configuration.ts";
import { type ServiceBalancer, startServiceBalancer } from "../deploy/service-balancer.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { PrismClient } from "./prism-client.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

/**
 * Two replicas behind a balancer that does kube-proxy's part: both answer, one reconciles, and a rolling restart of both under
 * fifty applies a second loses none (WH-12, WH-13).
 */

const EVERY_MS = 20;
/** On a machine that cannot keep up, more would only wait. */
const MOST_AT_ONCE = 100;
/** With fewer objects, applies of one object wait for each other in the API server until they time out. */
const NAMESPACES = 50;
let plane: TestControlPlane;
let home: string;
let balancer: ServiceBalancer;
const running: RunningOperator[] = [];

before(async () => {
  plane = await openControlPlane({ isExclusive: true });
  home = await plane.freshNamespace();
  const [port = 0] = await freePorts(1);
  balancer = await startServiceBalancer("127.0.0.1", port);
  await install(`https://127.0.0.1:${port}`);
  running.push(...(await Promise.all([startReplica(), startReplica()])));
  balance(running);
});
after(async () => {
  await Promise.all(running.map((operator) => operator.stop("SIGKILL")));
  await balancer?.close();
  await plane?.close();
});

/** As a chart does it: the operators only inject. */
async function install(url: string): Promise<void> {
  const endpoint = { mode: "url", url } as const;
  const resources = [{ plural: "prismclusters", hubVersion: "v1alpha2" }];
  const crds = loadCrds().map(({ object }) => {
    const crd = structuredClone(object) as { spec: { conversion?: { webhook?: object } } };
    const { conversion } = crd.spec;
    if (conversion?.webhook) {
      Object.assign(conversion.webhook, { clientConfig: clientConfig(endpoint, "/convert") });
    }
    return crd;
  });
  const configurations = webhookConfigurations({ endpoint, resources, timeoutSeconds: 10 });
  const items = [...crds, ...configurations];
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const { code, stderr } = await plane.kubectl(["apply", "--server-side", "-f", "-"], list);
  assert.equal(code, 0, stderr);
}

const startReplica = (): Promise<RunningOperator> =>
  startOperator(plane, home, [], { installs: false });

function portOf(operator: RunningOperator): number {
  return Number(operator.log.find(({ msg }) => msg === "Webhooks listen")?.["port"]);
}

const balance = (operators: readonly RunningOperator[]): void =>
  balancer.use(operators.map(portOf));

/** Applies in the older version, so that each also converts, until it is stopped. */
class Load {
  readonly failures: string[] = [];
  applied = 0;
  #atOnce = 0;
  readonly #clients: readonly PrismClient[];
  readonly #timer: NodeJS.Timeout;
  #count = 0;

  constructor(clients: readonly PrismClient[]) {
    this.#clients = clients;
    this.#timer = setInterval(() => void this.#apply(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    while (this.#atOnce > 0) await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }

  async #apply(): Promise<void> {
    if (this.#atOnce >= MOST_AT_ONCE) return;
    const count = ++this.#count;
    const client = this.#clients[count % this.#clients.length];
    assert.ok(client);
    this.#atOnce++;
    const answer = await client
      .request(
        "PATCH",
        `${client.path("v1alpha1", "a")}?fieldManager=load&force=true`,
        objectOf(3 + (count % 50)),
        "application/apply-patch+yaml",
      )
      .catch((error: unknown) => ({ status: 0, body: { message: String(error) } }));
    this.#atOnce--;
    if (answer.status === 200 || answer.status === 201) this.applied++;
    else this.failures.push(`${answer.status} ${answer.body.message}`);
  }
}

function objectOf(maxReplicas: number): object {
  return {
    apiVersion: "prism.io/v1alpha1",
    kind: "PrismCluster",
    // Paused: what is judged here is admission.
    metadata: { name: "a", annotations: { "prism.io/paused": "true" } },
    spec: { proxy: { autoscaling: { enabled: true, minReplicas: 2, maxReplicas } } },
  };
}

describe("two replicas", () => {
  const leaders = (): readonly RunningOperator[] =>
    running.filter(({ log }) => log.some(({ msg }) => msg === "Leading"));

  it("answer both, and one of them leads", async () => {
    // Ready is who answers webhooks; who leads is found out beside it.
    const deadline = AbortSignal.timeout(60_000);
    while (leaders().length === 0) {
      deadline.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(leaders().length, 1);
    for (const operator of running) {
      balance([operator]);
      const client = new PrismClient(plane, await plane.freshNamespace());
      const { status, body } = await client.create({ ...objectOf(9) });
      assert.equal(status, 201, body.message);
    }
    balance(running);
  });

  it("restarted one after the other under fifty applies a second lose no apply", async (test) => {
    const clients = await Promise.all(
      Array.from(
        { length: NAMESPACES },
        async () => new PrismClient(plane, await plane.freshNamespace()),
      ),
    );
    const load = new Load(clients);
    const ends: Promise<void>[] = [];
    for (const old of [...running]) {
      const fresh = await startReplica();
      running.push(fresh);
      balance(running);
      // As in a cluster: the signal first, the Service a moment later.
      ends.push(old.stop());
      await new Promise((resolve) => setTimeout(resolve, 500));
      running.splice(running.indexOf(old), 1);
      balance(running);
    }
    await Promise.all(ends);
    await load.stop();
    test.diagnostic(`${load.applied} applies`);
    assert.deepEqual(load.failures, []);
    assert.ok(load.applied > 200, `only ${load.applied} applies`);
  });

  it("lead again after both were replaced", async () => {
    const deadline = AbortSignal.timeout(60_000);
    while (!running.some(({ log }) => log.some(({ msg }) => msg === "Leading"))) {
      deadline.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
});
