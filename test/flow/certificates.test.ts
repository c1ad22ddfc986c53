import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { SecretStore } from "../../certs/authority.ts";
import { ROTATE_ANNOTATION } from "../../certs/authority-secret.ts";
import { anchorsOf, includesAll } from "../../certs/bundle.ts";
import { createCertificateKeeper } from "../../certs/certificate-keeper.ts";
import { isIssuedBy, type KeyPair } from "../../certs/key-pair.ts";
import { caSecret } from "../../src/kube/ca-secret.ts";
import { trustTarget } from "../../src/kube/cluster-setup.ts";
import type { Transport } from "../../src/kube/transport.ts";
import { webhookConfigurations } from "../../webhooks/configuration.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { openTransport } from "./plane-transport.ts";

/** Keepers against the real API server, whose conflicts and failed `test` operations are what they live on. */

const SECRET = "prism-webhook-ca";
const MINUTE_MS = 60_000;
let plane: TestControlPlane;
let transport: Transport;
let namespace: string;
const stop = new AbortController();

before(async () => {
  plane = await openControlPlane({ isExclusive: true });
  namespace = await plane.freshNamespace();
  transport = await openTransport(plane);
  const objects = webhookConfigurations({
    endpoint: { mode: "url", url: "https://127.0.0.1:1" },
    resources: [{ plural: "prismclusters", hubVersion: "v1alpha2" }],
    timeoutSeconds: 1,
  });
  for (const object of objects as readonly { kind: string }[]) {
    const { status } = await plane.api("POST", pathOf(object.kind), object);
    assert.equal(status, 201);
  }
});
after(async () => {
  stop.abort();
  transport?.close();
  await plane?.close();
});

const pathOf = (kind: string, name = ""): string =>
  `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s${name && `/${name}`}`;
const KINDS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

interface Replica {
  readonly leaf: () => KeyPair;
  readonly keeper: ReturnType<typeof createCertificateKeeper>;
}

/** Writes of the Secret that the API server took. */
let written = 0;

function counting(store: SecretStore): SecretStore {
  const count = async (write: Promise<"written" | "conflict">): Promise<"written" | "conflict"> => {
    const answer = await write;
    if (answer === "written") written++;
    return answer;
  };
  return {
    read: (signal) => store.read(signal),
    create: (content, signal) => count(store.create(content, signal)),
    update: (content, version, signal) => count(store.update(content, version, signal)),
  };
}

/** One replica; `now` is its clock. */
async function start(now: () => number, isLeader: boolean): Promise<Replica> {
  let leaf: KeyPair | undefined;
  const keeper = createCertificateKeeper({
    store: counting(caSecret(transport, namespace, SECRET)),
    targets: KINDS.map((kind) => trustTarget(transport, kind, "prism-operator")),
    names: ["127.0.0.1"],
    isLeader: () => isLeader,
    now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 50))),
    serve: (served) => {
      leaf = served;
    },
    observer: { expires() {}, injected() {}, failed() {} },
  });
  await keeper.prepare(stop.signal);
  await keeper.establishTrust(stop.signal);
  const served = (): KeyPair => {
    assert.ok(leaf);
    return leaf;
  };
  return { keeper, leaf: served };
}

async function authority(): Promise<string> {
  const secret = await caSecret(transport, namespace, SECRET).read(stop.signal);
  return secret?.data["ca.crt"] ?? "";
}

async function bundles(): Promise<readonly string[]> {
  const all: string[] = [];
  for (const kind of KINDS) {
    const { body } = await plane.api("GET", pathOf(kind, "prism-operator"));
    const { webhooks } = body as { webhooks: { clientConfig: { caBundle?: string } }[] };
    for (const { clientConfig } of webhooks) {
      all.push(Buffer.from(clientConfig.caBundle ?? "", "base64").toString());
    }
  }
  return all;
}

async function eventually(isTrue: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = AbortSignal.timeout(withinMs);
  while (!(await isTrue())) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("certificates on the real API server", () => {
  it("twenty replicas that start at once agree on one authority, which alone was ever written, everywhere", async (test) => {
    const since = performance.now();
    const replicas = await Promise.all(Array.from({ length: 20 }, () => start(Date.now, false)));
    test.diagnostic(`after ${(performance.now() - since).toFixed(0)} ms`);
    assert.equal(written, 1);
    const ca = await authority();
    for (const { leaf } of replicas) assert.ok(isIssuedBy(leaf().cert, ca));
    for (const bundle of await bundles()) assert.deepEqual(anchorsOf(bundle), anchorsOf(ca));
  });

  it("a rotation asked for by annotation goes through both phases and forgets the first", async () => {
    let nowMs = Date.now();
    const { keeper, leaf } = await start(() => nowMs, true);
    void keeper.run(stop.signal);
    const first = await authority();
    const secret = `/api/v1/namespaces/${namespace}/secrets/${SECRET}`;
    const annotated = await plane.client.request("PATCH", secret, {
      body: { metadata: { annotations: { [ROTATE_ANNOTATION]: "1" } } },
      contentType: "application/merge-patch+json",
    });
    assert.equal(annotated.status, 200);
    await eventually(
      async () => (await bundles()).every((bundle) => anchorsOf(bundle).length === 2),
      20_000,
    );
    assert.equal(await authority(), first);
    await eventually(async () => {
      nowMs += MINUTE_MS;
      return (await authority()) !== first;
    }, 20_000);
    const second = await authority();
    await eventually(async () => {
      nowMs += MINUTE_MS;
      return isIssuedBy(leaf().cert, second);
    }, 20_000);
    const { body } = await plane.api("GET", secret);
    assert.deepEqual(Object.keys((body as { data: object }).data).sort(), [
      "bundle.crt",
      "ca.crt",
      "ca.key",
    ]);
    for (const bundle of await bundles()) assert.ok(includesAll(bundle, first + second));
    nowMs += 60 * MINUTE_MS;
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(await authority(), second, "one request, one rotation");
  });

  it("a bundle that somebody wipes is back", async () => {
    const { keeper } = await start(Date.now, false);
    void keeper.run(stop.signal);
    const path = pathOf("ValidatingWebhookConfiguration", "prism-operator");
    const wiped = await plane.client.request("PATCH", path, {
      body: [{ op: "remove", path: "/webhooks/0/clientConfig/caBundle" }],
      contentType: "application/json-patch+json",
    });
    assert.equal(wiped.status, 200);
    const ca = await authority();
    await eventually(
      async () => (await bundles()).every((bundle) => includesAll(bundle, ca)),
      10_000,
    );
  });
});
