import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { issueAuthority, issueLeaf } from "../../certs/certificate.ts";
import type { KeyPair } from "../../certs/key-pair.ts";
import { loadCrds } from "../../src/kinds.ts";
import { freePorts } from "../../tools/control-plane/free-port.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

/**
 * `/readyz` of a real process tells the truth about trust, certificate and event loop (TLS-9, WH-14): it is what takes a replica out of
 * the Service. The certificate comes as files and the test injects, so that it can do so wrongly.
 */

const WEEK_MS = 7 * 24 * 3_600_000;
const SHORT_LIFE_MS = 20_000;
const STOPPED_MS = 3_000;
let plane: TestControlPlane;
let folder: string;
let authority: KeyPair;
let starting: Promise<RunningOperator>;
let health: string;

before(async () => {
  plane = await openControlPlane({ isExclusive: true });
  const home = await plane.freshNamespace();
  folder = mkdtempSync(join(tmpdir(), "prism-readiness-"));
  authority = await issueAuthority(Date.now());
  await serve(Date.now());
  const [port = 0] = await freePorts(1);
  health = `http://127.0.0.1:${port}`;
  starting = startOperator(plane, home, [
    "--no-leader-elect",
    "--certificate-mode=certManager",
    `--certificate-folder=${folder}`,
    `--health-port=${port}`,
  ]);
});
after(async () => {
  await starting?.then((operator) => operator.stop());
  await plane?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a certificate that was made at a time, and its key. */
async function serve(atMs: number): Promise<void> {
  const pair = await issueLeaf(authority, ["127.0.0.1"], atMs);
  for (const [name, text] of [
    ["tls.crt", pair.cert],
    ["tls.key", pair.key],
  ] as const) {
    writeFileSync(join(folder, `next-${name}`), text);
  }
  for (const name of ["tls.crt", "tls.key"])
    renameSync(join(folder, `next-${name}`), join(folder, name));
}

const CONFIGURATIONS = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];
const TARGETS: readonly string[] = [
  ...CONFIGURATIONS.map((one) => `/apis/admissionregistration.k8s.io/v1/${one}/prism-operator`),
  ...loadCrds().map(
    ({ name }) => `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`,
  ),
];

/** The injector's part, for every target. */
async function inject(pem: string): Promise<void> {
  const caBundle = Buffer.from(pem).toString("base64");
  for (const path of TARGETS) await until(() => injectInto(path, caBundle), 30_000);
}

async function injectInto(path: string, value: string): Promise<boolean> {
  const { status, body } = await plane.api("GET", path);
  if (status !== 200) return false;
  const { webhooks, spec } = body as {
    webhooks?: readonly object[];
    spec?: { conversion?: { webhook?: object } };
  };
  const places = webhooks
    ? webhooks.map((_, index) => `/webhooks/${index}/clientConfig`)
    : spec?.conversion?.webhook
      ? ["/spec/conversion/webhook/clientConfig"]
      : [];
  const operations = places.map((place) => ({ op: "add", path: `${place}/caBundle`, value }));
  const options = { body: operations, contentType: "application/json-patch+json" };
  return (await plane.client.request("PATCH", path, options)).status === 200;
}

async function until(isTrue: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = AbortSignal.timeout(withinMs);
  while (!(await isTrue())) {
    deadline.throwIfAborted();
    await sleep(200);
  }
}

/** What a probe says; code 0 where nobody answers. */
async function probe(path = "/readyz"): Promise<{ readonly code: number; readonly text: string }> {
  return fetch(`${health}${path}`, { signal: AbortSignal.timeout(2_000) }).then(
    async (answer) => ({ code: answer.status, text: await answer.text() }),
    () => ({ code: 0, text: "" }),
  );
}

const untilReady = (): Promise<void> => until(async () => (await probe()).code === 200, 60_000);
const untilSays = (line: RegExp): Promise<void> =>
  until(async () => {
    const { code, text } = await probe();
    return code === 503 && line.test(text);
  }, 60_000);

describe("/readyz", () => {
  it("says no until every webhook configuration and CRD trusts the certificate, while the process lives", async () => {
    await untilSays(/^\[-\]started starting$/m);
    for (const path of TARGETS)
      await until(async () => (await plane.api("GET", path)).status === 200, 30_000);
    await sleep(2_000);
    assert.equal((await probe()).code, 503);
    assert.equal((await probe("/livez")).code, 200);
    await inject(authority.cert);
    await starting;
    await untilReady();
  });

  it("says no where for half a minute nobody trusts it, naming who, and yes again", async () => {
    await inject((await issueAuthority(Date.now())).cert);
    assert.equal((await probe()).code, 200, "a bundle that was just written proves nothing");
    await untilSays(
      /^\[-\]certificates the API server is not told to trust it: .*prismclusters\.prism\.io.*prism-operator/m,
    );
    await inject(authority.cert);
    await untilReady();
  });

  it("says no once the certificate has ended, and yes with the next", async () => {
    await serve(Date.now() - WEEK_MS + SHORT_LIFE_MS);
    await untilSays(/^\[-\]certificates the certificate ended at 20/m);
    await serve(Date.now());
    await untilReady();
  });

  it("says no where the event loop lags for ten seconds, and yes when it keeps up again", async () => {
    const { process: operator } = await starting;
    let isSaid = false;
    for (let round = 0; round < 10 && !isSaid; round++) {
      // A look begins a new window, whose first timer has nothing to be late against.
      await sleep(500);
      operator.kill("SIGSTOP");
      await sleep(STOPPED_MS);
      operator.kill("SIGCONT");
      const { code, text } = await probe();
      isSaid = code === 503 && /^\[-\]event-loop lags by more than 2 s$/m.test(text);
      assert.ok(!isSaid || round >= 3, "one lag is no reason");
    }
    assert.ok(isSaid);
    await untilReady();
  });
});
