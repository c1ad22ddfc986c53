import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { PRISMCTL } from "../../../src/cli/commands.ts";
import { STAGES } from "../../../src/domain/child.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { call } from "../frame/call.ts";

const NAMES: readonly string[] = STAGES;
const CLUSTER = `apiVersion: prism.io/v1alpha2
kind: PrismCluster
metadata: {name: shop, namespace: shop}
spec:
  patterns: [{name: keyvalue, backends: [{name: sessions}]}]
  backends:
    sessions: {type: redis, external: {secretRef: {name: sessions-login}}}
    postgres: {}
`;

const PRODUCTION = "deploy/samples/prism-federation-production.v1alpha3.yaml";
const EXISTING = "deploy/samples/prism-federation.v1alpha3.yaml";

async function render(stdin: string, ...args: readonly string[]) {
  return call(PRISMCTL, ["render", "-", ...args], { stdin });
}

/** The sample with what a running federation reads from its members. */
async function withAddresses(): Promise<string> {
  const sample = await readFile(PRODUCTION, "utf8");
  return sample.replaceAll(
    /( +)credentialsSecretRef: \{name: prism-(us|eu)-.*\}\n/g,
    (line, indent, region) => `${line}${indent}addresses: [proxy-${region}.example.com]\n`,
  );
}

describe("prismctl render", () => {
  it("prints the children in the order of their stages", async () => {
    const { code, stdout } = await render(CLUSTER);
    assert.equal(code, 0);
    const stages = [...stdout.matchAll(/^# stage: (.+)$/gm)].map(([, stage = ""]) => stage);
    const order = stages.map((stage) => NAMES.indexOf(stage));
    assert.ok(order.length > 15 && !order.includes(-1));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
    const kinds = parseAllDocuments(stdout).map((document) => document.toJS()?.kind);
    assert.ok(kinds.includes("StatefulSet") && kinds.includes("Deployment"));
  });

  it("shows no value of a Secret, neither the operator's nor the files'", async () => {
    const secret =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: sessions-login, namespace: shop}\nstringData: {url: 'redis://:s3cret@redis.example.com'}\n";
    for (const form of ["text", "json", "yaml"]) {
      const { code, stdout } = await render(`${CLUSTER}---\n${secret}`, "-o", form);
      assert.equal(code, 0);
      assert.doesNotMatch(stdout, /s3cret/);
      assert.match(stdout, /PLACEHOLDER-postgres-credentials-password/);
      assert.match(stdout, /PLACEHOLDER-sessions-login-url/);
    }
    const { stdout } = await render(CLUSTER);
    assert.match(
      stdout,
      /^# Secret postgres-credentials, made by the operator and kept \(username: prism, password: random\)$/m,
    );
    assert.doesNotMatch(stdout, /^ {2}name: postgres-credentials$/m);
  });

  it("gives kubectl a list as JSON, with what the comments say", async () => {
    const { stdout } = await render(CLUSTER, "-o", "json");
    const list = JSON.parse(stdout);
    assert.equal(list.kind, "List");
    assert.deepEqual(
      list.objects[0].stages.map(({ name }: { name: string }) => name),
      list.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name),
    );
    assert.equal(list.objects[0].generated[0].name, "postgres-credentials");
  });

  it("takes the operator's options, and names what the cluster does not serve", async () => {
    const scaled = CLUSTER.replace(
      "name: keyvalue,",
      "name: keyvalue, autoscaling: {scaler: keda, maxReplicas: 3, triggers: [{type: cron, metadata: {a: b}}]},",
    );
    const args = ["--images-registry", "r.example.com", "--prism-version", "v9", "--without"];
    const { stdout, stderr } = await render(scaled, ...args, "scaledobjects");
    assert.match(stdout, /image: r\.example\.com\/prism-admin:v9\n/);
    assert.match(stderr, /KEDA/);
    assert.equal((await render(CLUSTER, "--without", "nothing")).code, 2);
  });

  it("renders nothing of what the cluster would refuse, and says why", async () => {
    const { code, stdout, stderr } = await render(CLUSTER.replace("sessions}", "nothing}"));
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /^<stdin>:5:\d+: PrismCluster shop\/shop: spec\.patterns\[0\]\.backends\[0\]\.name: Not found/,
    );
  });

  it("prints a federation's routing to apply, and what goes to other clusters as comments", async () => {
    const { code, stdout, stderr } = await render(await withAddresses());
    assert.equal(code, 0);
    const documents = parseAllDocuments(stdout).flatMap((document) => document.toJS() ?? []);
    assert.deepEqual(
      documents.map(({ kind, spec }) => [kind, spec.endpoints.length]),
      [["DNSEndpoint", 3]],
    );
    assert.match(stdout, /^# member us-west-2, https:\/\/k8s-usw2\.example\.com:$/m);
    assert.match(stdout, /^# kind: PrismCluster$/m);
    assert.match(
      stderr,
      /^member us-west-2, https:\S+: PrismCluster default\/prism is applied there with kubeconfig of Secret prism-us-west-2$/m,
    );
    assert.doesNotMatch(stderr, /DNSEndpoint/);
    assert.doesNotMatch(stdout + stderr, /change-me/);
  });

  it("leaves a DNSEndpoint out that would take members out of DNS", async () => {
    const { code, stdout, stderr } = await call(PRISMCTL, ["render", PRODUCTION]);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /^kind:/m);
    assert.match(stderr, /DNSEndpoint is left out: .* addresses of us-west-2, eu-central-1$/m);
  });

  it("lists a federation's members with template and overrides, none of them an item", async () => {
    const { stdout } = await render(await withAddresses(), "-o", "json");
    const { items, objects } = JSON.parse(stdout);
    assert.deepEqual(
      items.map(({ kind, metadata }: KubeObject) => [kind, metadata.name]),
      [["DNSEndpoint", "prism"]],
    );
    const [{ members, stages }] = objects;
    assert.deepEqual(stages, [{ stage: "routing", kind: "DNSEndpoint", name: "prism" }]);
    const [west, central] = members;
    assert.deepEqual(
      [west.member, west.endpoint, west.credentials],
      ["us-west-2", "https://k8s-usw2.example.com", { name: "prism-us-west-2", key: "kubeconfig" }],
    );
    assert.equal(west.object.kind, "PrismCluster");
    assert.deepEqual(
      [west, central].map(({ object }) => object.spec.proxy.replicas),
      [6, 3],
    );
  });

  it("says of members without credentials that nothing is applied there", async () => {
    const { code, stdout, stderr } = await call(PRISMCTL, ["render", EXISTING]);
    assert.equal(code, 0);
    assert.deepEqual(
      parseAllDocuments(stdout).flatMap((document) => document.toJS() ?? []),
      [],
    );
    assert.match(stderr, /^member eu-central-1, https:\S+: nothing is applied or read there/m);
  });
});
