import { deepEqual, equal } from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApiFailure, ApiResult } from "../../src/controller/api-result.ts";
import { ensureSecrets } from "../../src/controller/generated-secrets.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";

const owner: KubeObject = {
  apiVersion: "prism.io/v1alpha2",
  kind: "PrismCluster",
  metadata: { name: "shop", namespace: "a", uid: "u" },
};
const wanted = {
  name: "redis-credentials",
  component: { kind: "backend", name: "redis" },
  labels: { app: "redis" },
  keys: { password: { make: "password" } },
} as const;
const failure = (kind: ApiFailure["kind"]): ApiResult<never> => ({
  ok: false,
  failure: { kind, code: 0, reason: kind, message: "" },
});

/** Asks for one Secret where the server answers so, and says what was sent. */
async function ensure(answers: {
  readonly create?: ApiResult<KubeObject>;
  readonly fetch?: ApiResult<KubeObject>;
  readonly live?: readonly KubeObject[];
}) {
  const created: KubeObject[] = [];
  const { live = [] } = answers;
  const refuse = () => Promise.resolve(failure("other"));
  const outcome = await ensureSecrets(
    [wanted],
    {
      owner,
      source: { password: () => "p", clusterId: () => "c", base64: (text) => btoa(text) },
      cache: {
        read: ({ kind }, { name }) =>
          live.find((one) => one.kind === kind && one.metadata.name === name),
        list: ({ kind }) => live.filter((one) => one.kind === kind),
        all: () => [],
        controlledBy: () => [],
        serves: () => false,
        referenced: refuse,
      },
      writer: {
        apply: refuse,
        holdReplicas: refuse,
        patch: refuse,
        report: refuse,
        remove: refuse,
        list: refuse,
        create: (object) => {
          created.push(object);
          return Promise.resolve(answers.create ?? { ok: true, value: object });
        },
        fetch: () => Promise.resolve(answers.fetch ?? failure("not-found")),
      },
    },
    new AbortController().signal,
  );
  return { outcome, created };
}

const object = (kind: string, name: string): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "a", labels: { app: "redis" } },
});

describe("a generated Secret", () => {
  it("is made once, outlives its cluster, and says that it is kept", async () => {
    const { outcome, created } = await ensure({});
    equal(outcome.kind, "there");
    const [secret] = created;
    equal(secret?.metadata.ownerReferences, undefined);
    equal(secret?.metadata.labels?.["prism.io/retained"], "true");
    deepEqual(secret?.["data"], { password: btoa("p") });
  });

  it("that is there is used as it is, whoever made it", async () => {
    const known = await ensure({ live: [object("Secret", "redis-credentials")] });
    deepEqual([known.outcome, known.created.length], [{ kind: "there", created: [] }, 0]);
    const without = await ensure({ create: failure("conflict") });
    deepEqual(without.outcome, { kind: "there", created: [] });
  });

  it("is not made up where its volumes are there, unless the server has it after all", async () => {
    const live = [object("PersistentVolumeClaim", "data-redis-0")];
    const gone = await ensure({ live });
    deepEqual(gone.outcome, { kind: "missing", names: ["redis-credentials"] });
    const restored = await ensure({
      live,
      fetch: { ok: true, value: object("Secret", "redis-credentials") },
    });
    deepEqual(restored.outcome, { kind: "there", created: [] });
    equal(gone.created.length + restored.created.length, 0);
  });

  it("is made where what runs on the volumes reads no Secret at all: a login is switched on", async () => {
    const running = (source: object): KubeObject => ({
      ...object("StatefulSet", "redis"),
      spec: { template: { spec: { containers: [], volumes: [{ name: "config", ...source }] } } },
    });
    const claim = object("PersistentVolumeClaim", "data-redis-0");
    const open = await ensure({ live: [claim, running({ configMap: { name: "redis-config" } })] });
    equal(open.outcome.kind, "there");
    equal(open.created.length, 1);
    // NATS reads its login from a file that is rendered from the Secret.
    const login = await ensure({
      live: [claim, running({ secret: { secretName: "nats-config" } })],
    });
    deepEqual(login.outcome, { kind: "missing", names: ["redis-credentials"] });
  });

  it("that cannot be asked for is a failure, and neither there nor gone", async () => {
    const live = [object("PersistentVolumeClaim", "data-redis-0")];
    const { outcome } = await ensure({ live, fetch: failure("unreachable") });
    equal(outcome.kind, "failed");
  });
});
