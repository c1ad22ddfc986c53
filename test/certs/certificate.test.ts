import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { connect, createServer } from "node:tls";
import { issueAuthority, issueLeaf } from "../../certs/certificate.ts";
import { belongTogether, isAuthority, isIssuedBy } from "../../certs/key-pair.ts";
import { renewalOf } from "../../certs/renewal.ts";
import { serviceNames } from "../../certs/service-names.ts";

const DAY_MS = 24 * 3_600_000;
const NAMES = [...serviceNames("prism-webhook", "prism-system", "cluster.local"), "127.0.0.1"];

describe("an authority", () => {
  it("may sign certificates, is valid for 365 days from five minutes ago and has its own key", async () => {
    const now = Date.now();
    const pair = await issueAuthority(now);
    const parsed = new X509Certificate(pair.cert);
    assert.ok(isAuthority(pair.cert) && belongTogether(pair) && isIssuedBy(pair.cert, pair.cert));
    assert.equal(Math.round((parsed.validToDate.getTime() - now) / DAY_MS), 365);
    assert.equal(Math.round((now - parsed.validFromDate.getTime()) / 60_000), 5);
    assert.equal(parsed.serialNumber.length, 32);
  });

  it("differs each time in key, serial number and name", async () => {
    const [one, two] = await Promise.all([issueAuthority(Date.now()), issueAuthority(Date.now())]);
    const [a, b] = [new X509Certificate(one.cert), new X509Certificate(two.cert)];
    assert.notEqual(a.serialNumber, b.serialNumber);
    assert.notEqual(a.subject, b.subject);
    assert.equal(belongTogether({ cert: one.cert, key: two.key }), false);
  });
});

describe("a leaf", () => {
  it("names the Service in all its forms and every address", async () => {
    const leaf = new X509Certificate(
      (await issueLeaf(await issueAuthority(Date.now()), NAMES, Date.now())).cert,
    );
    for (const name of NAMES.slice(0, 4)) assert.ok(leaf.checkHost(name), name);
    assert.ok(leaf.checkIP("127.0.0.1"));
    assert.equal(leaf.checkHost("kubernetes.default.svc"), undefined);
    assert.deepEqual(leaf.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    assert.equal(leaf.ca, false);
  });

  it("never outlives its authority", async () => {
    const now = Date.now();
    const authority = await issueAuthority(now - 363 * DAY_MS);
    const leaf = new X509Certificate((await issueLeaf(authority, NAMES, now)).cert);
    const ends = new X509Certificate(authority.cert).validToDate;
    assert.equal(leaf.validToDate.getTime(), ends.getTime());
  });

  it("serves a TLS 1.3 handshake that a client with the authority verifies by name", async () => {
    const authority = await issueAuthority(Date.now());
    const server = createServer(await issueLeaf(authority, NAMES, Date.now()), (socket) =>
      socket.end("hello"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const protocol = await new Promise<string | null>((resolve, reject) => {
      const servername = "prism-webhook.prism-system.svc";
      const socket = connect({ port, host: "127.0.0.1", servername, ca: authority.cert }, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.on("error", reject);
    });
    server.close();
    assert.equal(protocol, "TLSv1.3");
  });
});

describe("renewal of a leaf", () => {
  const cases = [
    { name: "fresh", afterMs: 0, wanted: "none" },
    { name: "two thirds less an hour", afterMs: 4.6 * DAY_MS, wanted: "none" },
    { name: "two thirds and an hour", afterMs: 4.8 * DAY_MS, wanted: "now" },
    { name: "expired", afterMs: 8 * DAY_MS, wanted: "now" },
    { name: "a clock that went back", afterMs: -DAY_MS, wanted: "now" },
  ] as const;
  for (const { name, afterMs, wanted } of cases) {
    it(`${name}: ${wanted}`, async () => {
      const authority = await issueAuthority(Date.now());
      const leaf = await issueLeaf(authority, NAMES, Date.now());
      assert.equal(renewalOf(leaf, authority, Date.now() + afterMs), wanted);
    });
  }

  it("waits for trust where only the issuer changed", async () => {
    const [before, after] = [await issueAuthority(Date.now()), await issueAuthority(Date.now())];
    const leaf = await issueLeaf(before, NAMES, Date.now());
    assert.equal(renewalOf(leaf, after, Date.now()), "soon");
    assert.equal(renewalOf(undefined, after, Date.now()), "now");
  });
});
