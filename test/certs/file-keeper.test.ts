import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { issueAuthority, issueLeaf } from "../../certs/certificate.ts";
import type { CertificateKeeper } from "../../certs/certificate-keeper.ts";
import { createFileKeeper } from "../../certs/file-keeper.ts";
import { type KeyPair, validityOf } from "../../certs/key-pair.ts";

/** What a keeper of files meets: pairs that come, change, tear and end, and targets that somebody else writes. */

const DAY_MS = 24 * 3_600_000;
const START_MS = Date.now();
const authority = await issueAuthority(START_MS);
const stranger = await issueAuthority(START_MS);
const [first, second] = await Promise.all([pairOf(authority), pairOf(authority)]);

let nowMs: number;
let files: KeyPair | undefined;
let bundles: string[];
let served: KeyPair[];
let failures: string[];
let expiry: Record<string, number>;

beforeEach(() => {
  nowMs = START_MS;
  files = first;
  bundles = [authority.cert, authority.cert];
  served = [];
  failures = [];
  expiry = {};
});

function pairOf(issuer: KeyPair, atMs = START_MS): Promise<KeyPair> {
  return issueLeaf(issuer, ["prism-operator-webhook.prism-system.svc"], atMs);
}

/** `rounds` is how often a running keeper looks before it is stopped. */
async function keep(
  rounds: number,
  { isInjected = true, each = (_round: number): void => undefined } = {},
): Promise<CertificateKeeper> {
  const stop = new AbortController();
  let round = 0;
  const keeper = createFileKeeper({
    source: { read: async () => files ?? Promise.reject(new Error("there is no tls.crt")) },
    targets: bundles.map((_, index) => ({
      name: `target-${index}`,
      read: async () => target(index),
    })),
    isInjected,
    now: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
      each(++round);
      if (round >= rounds) stop.abort();
    },
    serve: (pair) => served.push(pair),
    observer: {
      expires: (kind, atMs) => {
        expiry[kind] = atMs;
      },
      injected: () => assert.fail("nothing is injected"),
      failed: (error) => failures.push(error instanceof Error ? error.message : "unknown"),
    },
  });
  await keeper.prepare(stop.signal);
  await keeper.run(stop.signal);
  return keeper;
}

/** A CRD of one version asks no webhook. */
const SILENT = "silent";

function target(index: number): object {
  const bundle = bundles[index] ?? "";
  if (bundle === SILENT) return { spec: { versions: [{ name: "v1beta1" }] } };
  const caBundle = Buffer.from(bundle).toString("base64");
  const clientConfig = bundle === "" ? {} : { caBundle };
  return { webhooks: [{ name: "mutate.prism.io", clientConfig }] };
}

describe("certificates from files", () => {
  it("are served once, and again when they were replaced", async () => {
    await keep(3, {
      each: (round) => {
        if (round === 1) files = second;
      },
    });
    assert.deepEqual(served, [first, second]);
    assert.deepEqual(failures, []);
    assert.equal(expiry["leaf"], validityOf(second.cert)?.notAfterMs);
    assert.equal(expiry["ca"], validityOf(authority.cert)?.notAfterMs);
  });

  it("are waited for when they are not there yet", async () => {
    files = undefined;
    await keep(3, {
      each: (round) => {
        if (round === 2) files = first;
      },
    });
    assert.deepEqual(served, [first]);
    assert.deepEqual(failures, ["there is no tls.crt", "there is no tls.crt"]);
  });

  const DAMAGE: Readonly<Record<string, () => KeyPair | undefined>> = {
    "the certificate of one pair and the key of another": () => ({ ...first, cert: second.cert }),
    "a file that is cut": () => ({ ...second, cert: second.cert.slice(0, 200) }),
    "an empty key": () => ({ ...second, key: "" }),
    "files that are gone": () => undefined,
  };
  for (const [name, damage] of Object.entries(DAMAGE)) {
    it(`${name}: the last good pair is served on, until there is a whole one`, async () => {
      const keeper = await keep(6, {
        each: (round) => {
          if (round === 2) files = damage();
          if (round === 4) files = second;
        },
      });
      assert.deepEqual(served, [first, second]);
      assert.equal(failures.length, 2);
      assert.equal(keeper.failure(), undefined);
    });
  }

  it("that have ended are not taken for those that hold", async () => {
    const ended = await pairOf(authority, START_MS - 30 * DAY_MS);
    await keep(3, {
      each: () => {
        files = ended;
      },
    });
    assert.deepEqual(served, [first]);
    assert.match(failures[0] ?? "", /the certificate ended at/);
  });

  it("end the readiness when they end and nobody renewed them", async () => {
    const keeper = await keep(2);
    assert.equal(keeper.failure(), undefined);
    nowMs += 8 * DAY_MS;
    assert.match(keeper.failure() ?? "", /the certificate ended at/);
  });
});

describe("trust that somebody else injects", () => {
  it("is awaited, and named while it is missing", async () => {
    bundles = ["", stranger.cert];
    const keeper = await keep(6);
    assert.deepEqual(keeper.missing(), ["target-0", "target-1"]);
    assert.equal(keeper.failure(), "the API server is not told to trust it: target-0, target-1");
    bundles = [authority.cert, stranger.cert + authority.cert];
    assert.deepEqual((await keep(1)).missing(), []);
  });

  it("is not proved by what asks nobody, and not awaited there", async () => {
    bundles = [stranger.cert, SILENT];
    const keeper = await keep(6);
    assert.equal(keeper.failure(), "the API server is not told to trust it: target-0");
    bundles = [authority.cert, SILENT];
    assert.deepEqual((await keep(1)).missing(), []);
  });

  it("may be left to the roots of the API server's machine where nobody is known to inject", async () => {
    bundles = ["", authority.cert];
    assert.deepEqual((await keep(1, { isInjected: false })).missing(), []);
    bundles = ["", stranger.cert];
    assert.deepEqual((await keep(1, { isInjected: false })).missing(), ["target-1"]);
  });

  it("is by a chain, too: any certificate of it may be signed by an anchor", async () => {
    const chain = { cert: `${first.cert}\n${stranger.cert}`, key: first.key };
    files = chain;
    bundles = [stranger.cert, authority.cert];
    assert.deepEqual((await keep(1)).missing(), []);
  });
});
