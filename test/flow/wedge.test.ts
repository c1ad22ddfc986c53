import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { loadCrds } from "../../src/kinds.ts";
import { textAt } from "../../tools/control-plane/json-value.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type Example, PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

/** TST-5: each step ends within this time, or is refused with a message that says what to do. */
const WITHIN_MS = 60_000;

/** How an object was last written: what the API server must convert for its field managers differs. */
const WRITERS = ["v1alpha2", "v1alpha1"] as const;
type Writer = (typeof WRITERS)[number];

/** One PrismCluster for each step, since each step ends it. */
interface Victims {
  readonly name: string;
  readonly deleted: PrismStack;
  readonly freed: PrismStack;
  readonly withNamespace: PrismStack;
  readonly kept: PrismStack;
}

describe("with no operator running", () => {
  let plane: TestControlPlane;
  let home: string;
  let operator: RunningOperator | undefined;
  const victims = new Map<Writer, Victims>();

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    home = await plane.freshNamespace();
    operator = await startOperator(plane, home);
    await Promise.all(WRITERS.map(async (writer) => victims.set(writer, await prepare(writer))));
    await operator.stop();
  });
  after(async () => {
    await operator?.stop();
    await plane?.close();
  });

  async function prepare(writer: Writer): Promise<Victims> {
    const name = writer === "v1alpha2" ? "prism" : "prism-local";
    const make = async (): Promise<PrismStack> => {
      const stack = new PrismStack(plane, await plane.freshNamespace());
      if (writer === "v1alpha2") await stack.create({ ...SMALL, patterns: [] });
      else await applyThroughV1alpha1(stack);
      await stack.untilPhase("Running", name);
      return stack;
    };
    const [deleted, freed, withNamespace, kept] = await Promise.all([
      make(),
      make(),
      make(),
      make(),
    ]);
    return { name, deleted, freed, withNamespace, kept };
  }

  /** Created and applied by the server in the old version: its manager is the old version's. */
  async function applyThroughV1alpha1(stack: PrismStack): Promise<void> {
    const created = await stack.createExample((example: Example) => {
      example.spec.patterns = [];
      example.spec.backends = { redis: example.spec.backends.redis };
    });
    const { apiVersion, kind, spec } = created;
    const metadata = { name: created.metadata.name, namespace: stack.namespace };
    const object = JSON.stringify({ apiVersion, kind, metadata, spec });
    const apply = ["apply", "--server-side", "--force-conflicts", "--filename=-"];
    const { code, stderr } = await plane.kubectl(apply, object);
    assert.equal(code, 0, stderr);
  }

  const of = (writer: Writer): Victims => {
    const found = victims.get(writer);
    assert.ok(found, `clusters of ${writer}`);
    return found;
  };
  /** The line of the runbook. */
  const free = ({ namespace }: PrismStack, name: string) =>
    plane.kubectl([
      ...["patch", "prismcluster", name, "--namespace", namespace, "--type=merge"],
      '--patch={"metadata":{"finalizers":null}}',
    ]);

  for (const writer of WRITERS) {
    describe(`objects last written through ${writer}`, () => {
      it("a deletion is taken and waits", async () => {
        const { name, deleted } = of(writer);
        await deleted.remove("prismclusters", name);
        const { metadata } = await deleted.object("prismclusters", name);
        assert.ok(metadata.deletionTimestamp);
      });

      it("one kubectl patch takes the finalizer, and the garbage collector the children", async () => {
        const { name, freed } = of(writer);
        await freed.remove("prismclusters", name);
        const { code, stderr } = await free(freed, name);
        assert.equal(code, 0, stderr);
        await freed.untilGone("prismclusters", name, WITHIN_MS);
        await freed.untilGone("statefulsets", "redis", WITHIN_MS);
        await freed.untilGone("deployments", "prism-proxy", WITHIN_MS);
        assert.ok(await freed.get("persistentvolumeclaims", "data-redis-0"), "data stay");
      });

      it("a namespace names the finalizer that it waits for, and goes when that is taken", async () => {
        const { name, withNamespace } = of(writer);
        const path = `/api/v1/namespaces/${withNamespace.namespace}`;
        await withNamespace.write("DELETE", path);
        await withNamespace.until("the reason", async () => {
          const { body } = await plane.api("GET", path);
          return JSON.stringify(body).includes("prism.io/cleanup in 1 resource instances");
        });
        const { code, stderr } = await free(withNamespace, name);
        assert.equal(code, 0, stderr);
        await withNamespace.until(
          "the end of the namespace",
          async () => (await plane.api("GET", path)).status === 404,
          WITHIN_MS,
        );
      });

      it("a write is refused with the name of the webhook that does not answer", async () => {
        const { name, kept } = of(writer);
        const patch = kept.merge("prismclusters", name, { spec: { proxy: { replicas: 4 } } });
        await assert.rejects(patch, /failed calling webhook "(mutate|validate)\.prism\.io"/);
      });
    });
  }

  it("the CRDs can be applied again, as an upgrade does, and no object changes", async () => {
    const before = await Promise.all(WRITERS.map((writer) => of(writer).kept.versions()));
    // Without the part that says where the webhook is: here that is a URL, and stays.
    const items = loadCrds().map(({ object }) => {
      const { conversion: _, ...spec } = { conversion: undefined, ...(object["spec"] as object) };
      return { ...object, spec };
    });
    const apply = ["apply", "--server-side", "--force-conflicts", "--filename=-"];
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    const { code, stderr } = await plane.kubectl(apply, list);
    assert.equal(code, 0, stderr);
    const after = await Promise.all(WRITERS.map((writer) => of(writer).kept.versions()));
    assert.deepEqual(after, before);
  });

  it("an operator that comes back finishes what waits, and has nothing else to write", async () => {
    const before = await Promise.all(WRITERS.map((writer) => of(writer).kept.versions()));
    operator = await startOperator(plane, home);
    for (const writer of WRITERS) {
      const { name, deleted, kept } = of(writer);
      await deleted.untilGone("prismclusters", name, WITHIN_MS);
      await deleted.untilGone("statefulsets", "redis", WITHIN_MS);
      const old = await plane.api(
        "GET",
        kept.path("prismclusters", name, "/apis/prism.io/v1alpha1"),
      );
      assert.equal(textAt(old.body, "apiVersion"), "prism.io/v1alpha1", "conversion works again");
    }
    const after = await Promise.all(WRITERS.map((writer) => of(writer).kept.versions()));
    assert.deepEqual(after, before);
    for (const writer of WRITERS) {
      const { name, kept } = of(writer);
      await kept.merge("prismclusters", name, { spec: { proxy: { drainSeconds: 21 } } });
      await kept.untilPhase("Running", name);
    }
  });
});
