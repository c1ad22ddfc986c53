import assert from "node:assert/strict";
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { connect } from "node:tls";
import { issueAuthority, issueLeaf } from "../../certs/certificate.ts";
import type { KeyPair } from "../../certs/key-pair.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { PrismClient } from "./prism-client.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

/** An operator whose certificates come as files, as cert-manager's and OLM's do; the test plays who injects (TLS-11, TLS-12). */

const JSON_PATCH = "application/json-patch+json";
const stop = new AbortController();
let plane: TestControlPlane;
let home: string;
let folder: string;
let authority: KeyPair;
let operator: RunningOperator;

before(async () => {
  plane = await openControlPlane({ isExclusive: true });
  home = await plane.freshNamespace();
  folder = mkdtempSync(join(tmpdir(), "prism-certificates-"));
  authority = await issueAuthority(Date.now());
  mount(await issueLeaf(authority, ["127.0.0.1"], Date.now()));
  const starting = startOperator(plane, home, [
    "--no-leader-elect",
    "--certificate-mode=certManager",
    `--certificate-folder=${folder}`,
  ]);
  await inject(authority.cert);
  operator = await starting;
});
after(async () => {
  stop.abort();
  await operator?.stop();
  await plane?.close();
  rmSync(folder, { recursive: true, force: true });
});

let mounts = 0;

/** As a kubelet updates a Secret's volume: a new folder, then one link that is changed at once. */
function mount(pair: KeyPair, base = "tls"): void {
  const [cert, key] = [`${base}.crt`, `${base}.key`];
  const version = join(folder, `..v${++mounts}`);
  mkdirSync(version);
  writeFileSync(join(version, cert), pair.cert);
  writeFileSync(join(version, key), pair.key);
  symlinkSync(version, join(folder, "..next"));
  renameSync(join(folder, "..next"), join(folder, "..data"));
  for (const name of [cert, key]) {
    rmSync(join(folder, name), { force: true });
    symlinkSync(join("..data", name), join(folder, name));
  }
}

const TARGETS = [
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/prism-operator",
  "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/prism-operator",
  ...globSync("crds/*.yaml").map((file) => {
    const [, plural = ""] = /_(\w+)\.yaml$/.exec(file) ?? [];
    return `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.prism.io`;
  }),
];

/** The injector's part: waits until each object is there, then writes its bundles. */
async function inject(pem: string): Promise<void> {
  const caBundle = Buffer.from(pem).toString("base64");
  for (const path of TARGETS) {
    await eventually(async () => {
      const { status, body } = await plane.api("GET", path);
      if (status !== 200) return false;
      const { webhooks = [] } = body as { webhooks?: readonly object[] };
      const places = path.includes("customresource")
        ? ["/spec/conversion/webhook/clientConfig"]
        : webhooks.map((_, index) => `/webhooks/${index}/clientConfig`);
      const operations = places.map((place) => ({
        op: "add",
        path: `${place}/caBundle`,
        value: caBundle,
      }));
      const options = { body: operations, contentType: JSON_PATCH };
      return (await plane.client.request("PATCH", path, options)).status === 200;
    }, 30_000);
  }
}

async function eventually(isTrue: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = AbortSignal.timeout(withinMs);
  while (!(await isTrue())) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The certificate that new connections get. */
function servedCertificate(): Promise<string> {
  const port = Number(operator.log.find(({ msg }) => msg === "Webhooks listen")?.["port"]);
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", ca: authority.cert }, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? "");
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

async function assertAdmits(): Promise<void> {
  const prism = new PrismClient(plane, await plane.freshNamespace());
  const object = { kind: "PrismCluster", metadata: { name: "a" }, spec: {} };
  const { status, body } = await prism.create({ ...object, apiVersion: "prism.io/v1alpha1" });
  assert.equal(status, 201, body.message);
}

describe("certificates that come as files", () => {
  it("are served, and the API server calls by them in both versions", async () => {
    await assertAdmits();
  });

  it("no authority of the operator's own is made", async () => {
    const { status } = await plane.api(
      "GET",
      `/api/v1/namespaces/${home}/secrets/prism-webhook-ca`,
    );
    assert.equal(status, 404);
  });

  it("a torn pair is not served; the whole one that follows is, by OLM's names too, and no write fails", async () => {
    const before = await servedCertificate();
    const [one, other] = await Promise.all(
      [1, 2].map(() => issueLeaf(authority, ["127.0.0.1"], Date.now())),
    );
    assert.ok(one && other);
    let isWriting = true;
    const writes = (async () => {
      while (isWriting) await assertAdmits();
    })();
    mount({ cert: one.cert, key: other.key });
    await eventually(
      async () => operator.log.some(({ error }) => String(error).includes("does not belong")),
      20_000,
    );
    assert.equal(await servedCertificate(), before);
    for (const name of ["tls.crt", "tls.key"]) rmSync(join(folder, name));
    mount(one, "apiserver");
    await eventually(async () => (await servedCertificate()) !== before, 20_000);
    isWriting = false;
    await writes;
    assert.equal((await servedCertificate()).trim(), one.cert.trim());
  });
});
