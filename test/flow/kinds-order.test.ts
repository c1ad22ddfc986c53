/** All kinds made and deleted in every order. Takes minutes: `npm test -- --long`. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { stringify } from "yaml";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type LiveObject, PrismStack, SMALL, STACK_RESOURCES } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

type Act = (stack: PrismStack) => Promise<unknown>;

const PLURALS = ["prismclusters", "prismpatterns", "prismnamespaces", "prismfederations"] as const;
const CLUSTER = {
  ...SMALL,
  ingress: { host: "prism.example.com", className: "nginx" },
  backends: { redis: { ...SMALL.backends.redis, auth: {} } },
};
const MORE = {
  apiVersion: "prism.io/v1beta1",
  kind: "PrismPattern",
  metadata: { name: "more" },
  spec: { type: "keyvalue", backends: [{ name: "redis" }] },
};
const ORDERS = {
  apiVersion: "prism.io/v1alpha2",
  kind: "PrismNamespace",
  metadata: { name: "orders" },
  spec: { cluster: "prism", patterns: ["keyvalue", "more"], isolation: "namespace" },
};
const NAMES: Readonly<Record<(typeof PLURALS)[number], string>> = {
  prismclusters: "prism",
  prismpatterns: "more",
  prismnamespaces: "orders",
  prismfederations: "global",
};
/** So many namespaces at a time: each is a whole deployment. */
const AT_ONCE = 6;
const PATIENCE_MS = 180_000;

describe("objects of all kinds", () => {
  let plane: TestControlPlane;
  let operator: RunningOperator;

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    operator = await startOperator(plane, await plane.freshNamespace());
  });
  after(async () => {
    await operator?.stop();
    await plane?.close();
  });

  it("end in the same state in whichever order they come and go", async () => {
    const orders = permutations(PLURALS);
    assert.equal(orders.length, 24);
    const states: (readonly string[])[] = [];
    const rest = [...orders.entries()];
    const walk = async (): Promise<void> => {
      for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
        const [index, coming] = next;
        states[index] = await oneLife(coming, goingAfter(orders, index));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, walk));
    assert.equal(states.length, orders.length);
    const [first = []] = states;
    assert.ok(first.length > 35, first.join("\n"));
    const others = orders.flatMap((order, index) => {
      const state = states[index] ?? [];
      const differences = [
        ...state.filter((line) => !first.includes(line)).map((line) => `+ ${line}`),
        ...first.filter((line) => !state.includes(line)).map((line) => `- ${line}`),
      ];
      const gone = goingAfter(orders, index);
      return differences.length === 0 ? [] : [{ order, gone, differences }];
    });
    assert.deepEqual(others, []);
  });

  /** What there was when all were there, and what is left when all have gone. */
  async function oneLife(
    coming: readonly string[],
    going: readonly string[],
  ): Promise<readonly string[]> {
    const stack = new PrismStack(plane, await plane.freshNamespace());
    await storeCredentials(stack);
    for (const plural of coming) await makes[plural]?.(stack);
    await untilAllRun(stack);
    const up = await shapeOf("up", stack);
    for (const plural of going) await stack.remove(plural, NAMES[plural as keyof typeof NAMES]);
    for (const plural of PLURALS) await stack.untilGone(plural, NAMES[plural], PATIENCE_MS);
    // The garbage collector takes it, a moment later.
    await stack.untilGone("secrets", "orders-redis-login", PATIENCE_MS);
    await stack.until("no pods", async () => (await stack.list("pods")).length === 0, PATIENCE_MS);
    return [...up, ...(await shapeOf("down", stack))];
  }

  const makes: Readonly<Record<string, Act>> = {
    prismclusters: (stack) => stack.create(CLUSTER),
    prismpatterns: (stack) => stack.write("POST", stack.path("prismpatterns"), MORE),
    prismnamespaces: (stack) => stack.write("POST", stack.path("prismnamespaces"), ORDERS),
    prismfederations: (stack) =>
      stack.write("POST", stack.path("prismfederations"), {
        apiVersion: "prism.io/v1alpha3",
        kind: "PrismFederation",
        metadata: { name: "global" },
        spec: {
          clusters: [
            { name: "here", endpoint: plane.server, credentialsSecretRef: { name: "here" } },
          ],
          routing: { failoverPolicy: { periodSeconds: 2, timeoutSeconds: 2 } },
        },
      }),
  };

  /** The federation has its own home as its only member, and watches the cluster that is there. */
  async function storeCredentials(stack: PrismStack): Promise<void> {
    const authority = Buffer.from(plane.certificateAuthority).toString("base64");
    const kubeconfig = stringify({
      "current-context": "here",
      contexts: [{ name: "here", context: { cluster: "here", user: "here" } }],
      clusters: [
        {
          name: "here",
          cluster: { server: plane.server, "certificate-authority-data": authority },
        },
      ],
      users: [{ name: "here", user: { token: plane.token } }],
    });
    await stack.write("POST", stack.path("secrets"), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "here" },
      data: { kubeconfig: Buffer.from(kubeconfig).toString("base64") },
    });
  }

  async function untilAllRun(stack: PrismStack): Promise<void> {
    for (const plural of PLURALS) {
      await stack.until(
        `${plural} to run`,
        async () => {
          const { metadata, status } = await seen(stack, plural);
          return status?.phase === "Running" && status.observedGeneration === metadata.generation;
        },
        PATIENCE_MS,
      );
    }
    await stack.until(
      "the cluster to count all, and to know both users",
      async () => {
        const { status } = await seen(stack, "prismclusters");
        const users = (await stack.get("secrets", "redis-tenants"))?.["data"]["users.acl"] ?? "";
        const isKnown = Buffer.from(users, "base64").toString().includes("tenant_orders");
        return isKnown && status?.readyComponents === "5/5" && status.phase === "Running";
      },
      PATIENCE_MS,
    );
  }

  async function seen(stack: PrismStack, plural: keyof typeof NAMES): Promise<LiveObject> {
    return stack.object(plural, NAMES[plural]);
  }
});

/** Every order of going follows another order of coming. */
function goingAfter<T>(orders: readonly (readonly T[])[], index: number): readonly T[] {
  return orders[(index * 7 + 5) % orders.length] ?? [];
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((one) =>
    permutations(items.filter((other) => other !== one)).map((rest) => [one, ...rest]),
  );
}

/** What is there of ours, by kind, name, owner and labels; pods and revisions have names of chance. */
async function shapeOf(when: string, stack: PrismStack): Promise<readonly string[]> {
  const lists = await Promise.all(
    STACK_RESOURCES.map(async (plural) => {
      const objects = await stack.list(plural);
      return objects
        .filter(({ metadata }) => metadata.labels?.["managed-by"] === "prism-operator")
        .filter(({ metadata }) => metadata.labels?.["pod-template-hash"] === undefined)
        .filter(({ metadata }) => metadata.labels?.["controller-revision-hash"] === undefined)
        .map(({ metadata }) => lineOf(`${when} ${plural}`, metadata));
    }),
  );
  return lists.flat().toSorted();
}

function lineOf(what: string, metadata: LiveObject["metadata"]): string {
  const { name, labels = {}, deletionTimestamp, ownerReferences: [owner] = [] } = metadata;
  const kept = ["prism.io/cluster", "prism.io/tenant", "app"].map((key) => labels[key] ?? "-");
  const isGoing = deletionTimestamp === undefined ? "" : " going";
  return `${what} ${name}${isGoing} of ${owner?.name ?? "nobody"}: ${kept.join(" ")}`;
}
