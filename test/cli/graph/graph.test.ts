import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PRISMCTL } from "../../../src/cli/commands.ts";
import { call } from "../frame/call.ts";

const CLUSTER = `apiVersion: prism.io/v1alpha2
kind: PrismCluster
metadata: {name: shop, namespace: shop}
spec:
  admin: {storage: {type: postgres}}
  patterns:
    - {name: keyvalue, backends: [{name: sessions}]}
    - {name: consumer, backends: [{name: nats}]}
  backends:
    sessions: {type: redis, external: {secretRef: {name: sessions-login}}}
    nats: {}
    postgres: {}
  ingress: {host: prism.example.com}
`;

async function graph(...args: readonly string[]) {
  return call(PRISMCTL, ["graph", "-", ...args], { stdin: CLUSTER });
}

describe("prismctl graph", () => {
  it("knows who connects to whom from what each is told", async () => {
    const { code, stdout } = await graph("-o", "json");
    assert.equal(code, 0);
    const [{ objects, nodes, edges }] = JSON.parse(stdout).graphs;
    assert.deepEqual(objects, ["PrismCluster shop/shop"]);
    assert.deepEqual(
      nodes.map(({ id }: { id: string }) => id),
      [
        ...["ingress", "proxy", "admin", "pattern/keyvalue", "pattern/consumer"],
        ...["backend/nats", "backend/postgres", "backend/sessions"],
      ],
    );
    const lines = edges.map(
      ({ from, to, how }: { from: string; to: string; how: string }) => `${from} ${how} ${to}`,
    );
    assert.deepEqual(lines.sort(), [
      "admin given backend/postgres",
      "ingress given proxy",
      "pattern/consumer given backend/nats",
      "pattern/keyvalue given backend/sessions",
      "proxy found pattern/consumer",
      "proxy found pattern/keyvalue",
      "proxy given admin",
    ]);
  });

  it("lists, and draws in Mermaid, DOT and SVG", async () => {
    const list = await graph();
    assert.match(list.stdout, /^ {2}backend sessions {2}external$/m);
    assert.match(
      list.stdout,
      /^ {2}proxy .* -> admin, \(pattern\/keyvalue\), \(pattern\/consumer\)$/m,
    );
    const mermaid = await graph("-o", "mermaid");
    assert.match(mermaid.stdout, /^flowchart LR\n {2}subgraph g0\["PrismCluster shop\/shop"\]\n/);
    assert.match(mermaid.stdout, /^ {4}n0_0 --> n0_1$/m);
    assert.match(mermaid.stdout, /^ {4}n0_1 -\.-> n0_3$/m);
    const dot = await graph("-o", "dot");
    assert.match(dot.stdout, /n0_1 -> n0_3 \[style=dotted\];/);
    const svg = await graph("-o", "svg");
    assert.equal(svg.code, 0);
    assert.match(svg.stdout, /<svg [\s\S]*backend sessions[\s\S]*<\/svg>\n$/);
  });

  it("draws a federation's host name and its members in every form", async () => {
    const file = "deploy/samples/prism-federation-production.v1alpha3.yaml";
    const drawn = async (...args: readonly string[]) => {
      const { code, stdout } = await call(PRISMCTL, ["graph", file, ...args]);
      assert.equal(code, 0);
      return stdout;
    };
    const list = await drawn();
    assert.match(list, /^ {2}routing prism\.example\.com {2}latency-based, DNSEndpoint -> /m);
    // Addresses of two are read from them.
    assert.match(
      list,
      /-> \(member\/prism\/us-west-2\), \(member\/prism\/eu-central-1\), member\/prism\/ap-south-1$/m,
    );
    assert.match(list, /^ {2}member us-west-2 +region us-west-2, weight 100$/m);
    const mermaid = await drawn("-o", "mermaid");
    assert.match(mermaid, /n0_0\["routing prism\.example\.com<br>latency-based, DNSEndpoint"\]/);
    assert.match(mermaid, /^ {4}n0_0 -\.-> n0_1\n {4}n0_0 -\.-> n0_2\n {4}n0_0 --> n0_3$/m);
    assert.match(await drawn("-o", "dot"), /n0_0 -> n0_3;\n/);
    assert.match(
      await drawn("-o", "svg"),
      /<svg [\s\S]*member ap&#45;south&#45;1[\s\S]*<\/svg>\n$/,
    );
  });
});
