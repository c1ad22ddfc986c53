import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stringify } from "yaml";
import { readKubeconfig } from "../../../src/domain/prism-federation/kubeconfig.ts";

const ENDPOINT = "https://usw2.example.com";
const CERTIFICATE = btoa("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
const KEY = btoa("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
  readonly more?: object;
}

function kubeconfig({ cluster = {}, user = { token: "s3cret" }, context = {}, more = {} }: Parts) {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: ENDPOINT, ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u", ...context } }],
    "current-context": "x",
    ...more,
  });
}

function refusal(text: string, endpoint = ENDPOINT): string {
  const read = readKubeconfig(text, endpoint);
  assert.equal(read.kind, "refused", JSON.stringify(read));
  assert.doesNotMatch(JSON.stringify(read), /s3cret/);
  return read.kind === "refused" ? `${read.reason}: ${read.message}` : "";
}

describe("the kubeconfig of a member", () => {
  it("may hold an authority and a token", () => {
    const text = kubeconfig({ cluster: { "certificate-authority-data": CERTIFICATE } });
    assert.deepEqual(readKubeconfig(text, ENDPOINT), {
      kind: "read",
      access: { server: ENDPOINT, certificateAuthority: atob(CERTIFICATE), token: "s3cret" },
    });
  });

  it("may hold a client certificate, be JSON, and carry what means nothing to us", () => {
    const user = { "client-certificate-data": CERTIFICATE, "client-key-data": KEY, extensions: [] };
    const cluster = { "insecure-skip-tls-verify": false, "disable-compression": true };
    const text = kubeconfig({
      user,
      cluster,
      context: { namespace: "x" },
      more: { preferences: {} },
    });
    const read = readKubeconfig(text, ENDPOINT);
    assert.deepEqual(read, {
      kind: "read",
      access: { server: ENDPOINT, certificate: atob(CERTIFICATE), key: atob(KEY) },
    });
  });

  it("names the endpoint, in whatever way of writing", () => {
    const text = kubeconfig({ cluster: { server: "https://USW2.example.com:443/" } });
    assert.equal(readKubeconfig(text, ENDPOINT).kind, "read");
    for (const server of ["https://evil.example.com", "https://usw2.example.com:8443"]) {
      assert.match(
        refusal(kubeconfig({ cluster: { server } })),
        /^EndpointMismatch: clusters\[0\]/,
      );
    }
  });

  it("must be https, also when both say http", () => {
    const server = "http://usw2.example.com";
    assert.match(refusal(kubeconfig({ cluster: { server } }), server), /^EndpointMismatch/);
  });

  const forbidden: readonly (readonly [string, Parts])[] = [
    ["users[0].user.exec", { user: { exec: { command: "s3cret" } } }],
    ["users[0].user.auth-provider", { user: { token: "s3cret", "auth-provider": {} } }],
    ["users[0].user.tokenFile", { user: { tokenFile: "/var/run/s3cret" } }],
    ["users[0].user.client-certificate", { user: { "client-certificate": "/etc/s3cret" } }],
    ["users[0].user.client-key", { user: { "client-key": "/etc/s3cret" } }],
    ["users[0].user.password", { user: { password: "s3cret" } }],
    ["users[0].user.as", { user: { token: "s3cret", as: "admin" } }],
    ["clusters[0].cluster.certificate-authority", { cluster: { "certificate-authority": "/ca" } }],
    ["clusters[0].cluster.proxy-url", { cluster: { "proxy-url": "http://s3cret" } }],
    ["clusters[0].cluster.tls-server-name", { cluster: { "tls-server-name": "x" } }],
    [
      "clusters[0].cluster.insecure-skip-tls-verify",
      { cluster: { "insecure-skip-tls-verify": true } },
    ],
    [
      "clusters[0].cluster.insecure-skip-tls-verify",
      { cluster: { "insecure-skip-tls-verify": "false" } },
    ],
    ["a field of clusters[0].cluster", { cluster: { "s3cret field": 1 } }],
  ];
  for (const [field, parts] of forbidden) {
    it(`may not say ${field}: ${JSON.stringify(parts)}`, () => {
      const said = refusal(kubeconfig(parts));
      assert.ok(said.startsWith(`KubeconfigForbidden: ${field} `), said);
    });
  }

  it("may not say it in an entry that nothing names either", () => {
    const users = [
      { name: "u", user: { token: "s3cret" } },
      { name: "other", user: { exec: { command: "sh" } } },
    ];
    assert.match(refusal(kubeconfig({ more: { users } })), /users\[1\]\.user\.exec runs a program/);
  });

  const broken: readonly (readonly [string, string])[] = [
    ["no YAML", "{"],
    ["no object", "- s3cret"],
    ["two documents", "a: 1\n---\nb: s3cret"],
    ["aliases", `${kubeconfig({})}x: &a s3cret\ny: *a\n`],
    ["a key twice", `${kubeconfig({})}users: []\n`],
    ["too long", kubeconfig({ more: { preferences: { a: "s3cret".repeat(60_000) } } })],
    ["no current context", kubeconfig({ more: { "current-context": "" } })],
    ["a context that is not there", kubeconfig({ more: { "current-context": "y" } })],
    ["a user that is not there", kubeconfig({ context: { user: "s3cret" } })],
    ["a cluster that is not there", kubeconfig({ context: { cluster: "s3cret" } })],
    ["lists that are none", kubeconfig({ more: { users: "s3cret" } })],
    ["entries that are none", kubeconfig({ more: { users: ["s3cret"] } })],
    ["nobody", kubeconfig({ user: {} })],
    [
      "a certificate without a key",
      kubeconfig({ user: { "client-certificate-data": CERTIFICATE } }),
    ],
    ["no base64", kubeconfig({ cluster: { "certificate-authority-data": "s3cret!" } })],
    ["no PEM", kubeconfig({ cluster: { "certificate-authority-data": btoa("s3cret") } })],
    ["a token with a line break", kubeconfig({ user: { token: "s3cret\nX-Other: 1" } })],
    [
      "an encrypted key",
      kubeconfig({
        user: {
          "client-certificate-data": CERTIFICATE,
          "client-key-data": btoa("-----BEGIN ENCRYPTED PRIVATE KEY-----"),
        },
      }),
    ],
  ];
  for (const [what, text] of broken) {
    it(`is refused with ${what}`, () => assert.match(refusal(text), /^KubeconfigInvalid: /));
  }
});
