import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { anchorsOf, includesAll, mergeBundles } from "../../certs/bundle.ts";
import { issueAuthority } from "../../certs/certificate.ts";
import { injectionPatch } from "../../certs/injection.ts";

const DAY_MS = 24 * 3_600_000;
let ours = "";
let foreign = "";
let expired = "";

before(async () => {
  ours = (await issueAuthority(Date.now())).cert;
  foreign = (await issueAuthority(Date.now())).cert;
  expired = (await issueAuthority(Date.now() - 400 * DAY_MS)).cert;
});

const base64 = (pem: string): string => Buffer.from(pem).toString("base64");
const configuration = (...bundles: (string | undefined)[]): object => ({
  metadata: { name: "prism", resourceVersion: "7" },
  webhooks: bundles.map((bundle, index) => ({
    name: `w${index}.prism.io`,
    clientConfig: { url: "https://127.0.0.1:1/x", ...(bundle && { caBundle: base64(bundle) }) },
  })),
});

describe("bundles", () => {
  it("keep foreign anchors, drop expired ones and duplicates, and put ours first", () => {
    const merged = mergeBundles(`${ours}\n`, `${foreign}\n# note\n${expired}\n${ours}`, Date.now());
    assert.deepEqual(anchorsOf(merged), anchorsOf(`${ours}\n${foreign}`));
  });

  it("ignore what is no certificate", () => {
    const junk = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    assert.deepEqual(anchorsOf(`hello ${junk} ${ours}`), anchorsOf(ours));
    assert.equal(includesAll("\n", ours), false);
  });
});

describe("injection", () => {
  it("writes only caBundle, guarded by the webhook's name and the resourceVersion", () => {
    const patch = injectionPatch(configuration(undefined, ours), ours, Date.now());
    assert.deepEqual(
      patch.map(({ op, path }) => `${op} ${path}`),
      [
        "test /metadata/resourceVersion",
        "test /webhooks/0/name",
        "add /webhooks/0/clientConfig/caBundle",
      ],
    );
  });

  it("has nothing to do where every clientConfig trusts us already", () => {
    assert.deepEqual(
      injectionPatch(configuration(ours, `${foreign}${ours}`), ours, Date.now()),
      [],
    );
  });

  it("merges into what a CRD trusts", () => {
    const crd = {
      metadata: { resourceVersion: "1" },
      spec: {
        conversion: {
          strategy: "Webhook",
          webhook: { clientConfig: { caBundle: base64(foreign) } },
        },
      },
    };
    const value = injectionPatch(crd, ours, Date.now()).at(-1)?.value;
    assert.ok(typeof value === "string");
    const bundle = Buffer.from(value, "base64").toString();
    assert.ok(includesAll(bundle, ours) && includesAll(bundle, foreign));
  });

  for (const object of [
    null,
    {},
    { webhooks: "x" },
    { spec: { conversion: { strategy: "None" } } },
  ]) {
    it(`leaves ${JSON.stringify(object)} alone`, () => {
      assert.deepEqual(injectionPatch(object, ours, Date.now()), []);
    });
  }
});
