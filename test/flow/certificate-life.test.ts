import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ROTATE_ANNOTATION } from "../../certs/authority-secret.ts";
import { anchorsOf, includesAll } from "../../certs/bundle.ts";
import { type CertificateKeeper, createCertificateKeeper } from "../../certs/certificate-keeper.ts";
import { bundlesOf } from "../../certs/injection.ts";
import { isIssuedBy } from "../../certs/key-pair.ts";
import { ALONE } from "../../src/domain/family.ts";
import { loadCrds } from "../../src/kinds.ts";
import { caSecret } from "../../src/kube/ca-secret.ts";
import { CRD, trustTarget } from "../../src/kube/cluster-setup.ts";
import type { Transport } from "../../src/kube/transport.ts";
import { freePorts } from "../../tools/control-plane/free-port.ts";
import { startWebhooks, type WebhookService } from "../../webhooks/webhooks.ts";
import { type ServiceBalancer, startServiceBalancer } from "../deploy/service-balancer.ts";
import { Recorder, repositoryKinds } from "../webhooks/webhook-fixture.ts";
import { installWebhooks } from "./answering-webhooks.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { Handshakes, handshake } from "./handshakes.ts";
import { openTransport } from "./plane-transport.ts";
import { PrismClient } from "./prism-client.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";
import { until } from "./until.ts";

/**
 * What certificates live through, against the real API server, which really calls: twenty processes that start at once, a rotation under
 * new connections and writes, a clock that jumps (TLS-5 to TLS-7, TST-4).
 */

const SECRET = "prism-webhook-ca";
const REPLICAS_AT_ONCE = 20;
const DAY_MS = 24 * 3_600_000;
/** So that certificates of a clock that runs ahead are valid already. */
const BEHIND_MS = 3 * 3_600_000;
/** The API server takes a changed bundle in its own time, so that the ten seconds which a new leaf waits must stay one. */
const SPEED = 10;
const TARGETS: readonly string[] = [
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/prism-operator",
  "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/prism-operator",
  ...loadCrds().map(
    ({ name }) => `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`,
  ),
];
let plane: TestControlPlane;
let transport: Transport;
let balancer: ServiceBalancer;
const ends: (() => Promise<unknown>)[] = [];

before(async () => {
  // One that ends each operator with this process.
  process.setMaxListeners(REPLICAS_AT_ONCE * 2);
  plane = await openControlPlane({ isExclusive: true });
  transport = await openTransport(plane);
  const [port = 0] = await freePorts(1);
  balancer = await startServiceBalancer("127.0.0.1", port);
  await installWebhooks(plane, { url: `https://127.0.0.1:${port}`, isAdmitting: true });
});
after(async () => {
  for (const end of ends) await end();
  await balancer?.close();
  transport?.close();
  await plane?.close();
});

/** What every target makes the API server trust. */
async function bundles(): Promise<readonly string[]> {
  const objects = await Promise.all(TARGETS.map((path) => plane.api("GET", path)));
  return objects.flatMap(({ body }) => bundlesOf(body));
}

async function authorityIn(namespace: string): Promise<string> {
  const secret = await caSecret(transport, namespace, SECRET).read(AbortSignal.timeout(10_000));
  return secret?.data["ca.crt"] ?? "";
}

describe(`${REPLICAS_AT_ONCE} operators that start at once`, () => {
  it("agree on one authority, and none other was ever written or trusted", async () => {
    const home = await plane.freshNamespace();
    const stop = new AbortController();
    const seen = new Set<string>();
    const watching = watchAuthorities(home, seen, stop.signal);
    const since = performance.now();
    const operators: readonly RunningOperator[] = await Promise.all(
      Array.from({ length: REPLICAS_AT_ONCE }, () =>
        startOperator(plane, home, [], { installs: false, readyWithinMs: 180_000 }),
      ),
    );
    const readyMs = performance.now() - since;
    ends.push(() => Promise.all(operators.map((operator) => operator.stop("SIGKILL"))));
    const ca = await authorityIn(home);
    for (const bundle of await bundles()) assert.deepEqual(anchorsOf(bundle), anchorsOf(ca));
    const ports = operators.map(({ log }) =>
      Number(log.find(({ msg }) => msg === "Webhooks listen")?.["port"]),
    );
    const served = await Promise.all(ports.map((port) => handshake(port, ca)));
    assert.equal(new Set(served).size, REPLICAS_AT_ONCE, "each has a certificate of its own");
    for (const cert of served) assert.ok(isIssuedBy(cert, ca));
    stop.abort();
    await watching;
    assert.deepEqual([...seen], [ca]);
    process.stdout.write(
      `all are ready after ${(readyMs / 1_000).toFixed(1)} s, with their start-up\n`,
    );
    await Promise.all(operators.map((operator) => operator.stop("SIGKILL")));
  });

  /** Every authority that the Secret ever held. */
  async function watchAuthorities(
    namespace: string,
    seen: Set<string>,
    signal: AbortSignal,
  ): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/secrets?watch=1&fieldSelector=metadata.name=${SECRET}`;
    try {
      for await (const event of plane.client.watch(path, signal)) {
        const { object } = event as { object?: { data?: Record<string, string> } };
        const text = object?.data?.["ca.crt"];
        if (text !== undefined) seen.add(Buffer.from(text, "base64").toString());
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
});

/** A clock that a test moves. */
interface Clock {
  now: () => number;
}

interface Replica {
  readonly keeper: CertificateKeeper;
  readonly service: WebhookService;
}

/** One replica within this process: certificates, webhooks, and everything that keeps them. */
async function startReplica(namespace: string, clock: Clock, isLeader: boolean): Promise<Replica> {
  const stop = new AbortController();
  let service: WebhookService | undefined;
  const keeper = createCertificateKeeper({
    store: caSecret(transport, namespace, SECRET),
    targets: [
      trustTarget(transport, "MutatingWebhookConfiguration", "prism-operator"),
      trustTarget(transport, "ValidatingWebhookConfiguration", "prism-operator"),
      ...loadCrds().map(({ name }) => trustTarget(transport, CRD.kind, name)),
    ],
    names: ["127.0.0.1"],
    isLeader: () => isLeader,
    now: () => clock.now(),
    sleep: (ms, signal) => sleep(ms / SPEED, undefined, { signal }),
    serve: (leaf) => service?.useCertificate(leaf),
    observer: { expires() {}, injected() {}, failed() {} },
  });
  service = await startWebhooks({
    kinds: repositoryKinds(),
    observer: new Recorder(),
    neighbours: () => [],
    family: ALONE,
    refuseEarly: true,
    host: "127.0.0.1",
    port: 0,
    pair: await keeper.prepare(stop.signal),
  });
  await keeper.establishTrust(stop.signal);
  void keeper.run(stop.signal);
  const running = service;
  ends.push(() => {
    stop.abort();
    return running.close(AbortSignal.timeout(1_000));
  });
  return { keeper, service };
}

/** Writes that the API server asks us about, again and again, until it is stopped. */
async function dryRuns(prism: PrismClient, isOn: () => boolean): Promise<readonly string[]> {
  const failures: string[] = [];
  for (let count = 0; isOn(); count++) {
    const metadata = { name: `a${count}` };
    const object = { apiVersion: "prism.io/v1alpha1", kind: "PrismCluster", metadata, spec: {} };
    const { status, body } = await prism.create(object, "?dryRun=All");
    if (status !== 201) failures.push(`${status} ${body.message}`);
  }
  return failures;
}

describe("a rotation with two replicas", () => {
  it("fails no handshake of 50 new connections a second, and no write", async () => {
    const home = await plane.freshNamespace();
    const since = performance.now();
    const startMs = Date.now() - BEHIND_MS;
    const clock: Clock = { now: () => startMs + (performance.now() - since) * SPEED };
    const replicas = [
      await startReplica(home, clock, true),
      await startReplica(home, clock, false),
    ];
    const ports = replicas.map(({ service }) => service.port);
    balancer.use(ports);
    const first = await authorityIn(home);
    const prism = new PrismClient(plane, await plane.freshNamespace());
    let isRotating = true;
    const writes = dryRuns(prism, () => isRotating);
    const load = new Handshakes(ports, await bundles());
    const refresh = setInterval(() => void bundles().then((all) => load.trust(all)), 500);
    ends.push(async () => {
      clearInterval(refresh);
      isRotating = false;
      await load.stop();
    });
    const secret = `/api/v1/namespaces/${home}/secrets/${SECRET}`;
    const annotated = await plane.client.request("PATCH", secret, {
      body: { metadata: { annotations: { [ROTATE_ANNOTATION]: "1" } } },
      contentType: "application/merge-patch+json",
    });
    assert.equal(annotated.status, 200);
    await until(async () => (await authorityIn(home)) !== first, 90_000);
    const second = await authorityIn(home);
    await until(async () => {
      const served = await Promise.all(ports.map((port) => handshake(port, `${first}\n${second}`)));
      return served.every((cert) => isIssuedBy(cert, second));
    }, 30_000);
    await sleep(2_000);
    clearInterval(refresh);
    isRotating = false;
    await load.stop();
    process.stdout.write(`${load.served} handshakes during the rotation\n`);
    assert.deepEqual(load.failures, []);
    assert.deepEqual(await writes, []);
    assert.ok(load.served > 500, `only ${load.served} handshakes`);
    for (const bundle of await bundles()) assert.ok(includesAll(bundle, `${first}\n${second}`));
  });
});

describe("a clock that jumps by 300 days", () => {
  it("finds a certificate that has ended and an authority near its end, and both are renewed without anybody's doing", async () => {
    const home = await plane.freshNamespace();
    let behindMs = 300 * DAY_MS;
    const since = performance.now();
    const startMs = Date.now();
    const clock: Clock = { now: () => startMs - behindMs + (performance.now() - since) * SPEED };
    const { service } = await startReplica(home, clock, true);
    balancer.use([service.port]);
    const first = await authorityIn(home);
    await assert.rejects(handshake(service.port, first), /certificate has expired/);
    behindMs = BEHIND_MS;
    await until(
      () =>
        handshake(service.port, first).then(
          () => true,
          () => false,
        ),
      20_000,
    );
    const prism = new PrismClient(plane, await plane.freshNamespace());
    let isOn = true;
    ends.push(async () => {
      isOn = false;
    });
    const writes = dryRuns(prism, () => isOn);
    await until(async () => (await authorityIn(home)) !== first, 90_000);
    const second = await authorityIn(home);
    await until(async () => {
      const cert = await handshake(service.port, `${first}\n${second}`);
      return isIssuedBy(cert, second);
    }, 30_000);
    isOn = false;
    assert.deepEqual(await writes, []);
  });
});
