/**
 * A federation of three real API servers, each with an operator of its own; one of them is frozen, slowed and thawed by
 * signals. Takes minutes: `npm test -- --long`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments, stringify } from "yaml";
import { type ApiClient, apiClient } from "../../tools/control-plane/api-client.ts";
import { type ControlPlane, startControlPlane } from "../../tools/control-plane/control-plane.ts";
import { textAt } from "../../tools/control-plane/json-value.ts";
import { readState } from "../../tools/control-plane/state-file.ts";
import { MEMBER_RULES } from "./federation-member.ts";
import type { LiveObject } from "./prism-stack.ts";
import { SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

const NAMES = ["a", "b", "c"] as const;
const CLUSTERS = "/apis/prism.io/v1alpha2/namespaces/prism/prismclusters";
const FEDERATIONS = "/apis/prism.io/v1alpha3/namespaces/prism/prismfederations";
const ENDPOINTS = "/apis/externaldns.k8s.io/v1alpha1/namespaces/prism/dnsendpoints";
const RIGHTS = "/apis/rbac.authorization.k8s.io/v1/namespaces/prism";
const MERGE = "application/merge-patch+json";
const PATIENCE_MS = 120_000;
const POLICY = {
  periodSeconds: 2,
  timeoutSeconds: 2,
  failureThreshold: 2,
  successThreshold: 2,
  recoverySeconds: 3,
};

interface Server {
  readonly plane: ControlPlane;
  readonly client: ApiClient;
  readonly operator: RunningOperator;
}

describe("a federation of three API servers", () => {
  const servers = new Map<string, Server>();
  /** The first is the home too. */
  const home = (): ApiClient => server("a").client;

  before(async () => {
    for (const name of NAMES) servers.set(name, await start());
  });
  after(async () => {
    for (const { plane, operator, client } of servers.values()) {
      signal(plane, "SIGCONT");
      await operator.stop("SIGKILL");
      client.close();
      await plane.stop();
    }
  });

  it("runs the template everywhere and publishes all three", async () => {
    for (const name of NAMES) {
      await grant(name, MEMBER_RULES);
      await storeToken(name, "first");
    }
    const clusters = NAMES.map((name, index) => ({
      name,
      endpoint: server(name).plane.server,
      credentialsSecretRef: { name },
      addresses: [`203.0.113.${index + 1}`],
    }));
    const template = { apiVersion: "prism.io/v1alpha2", spec: SMALL };
    const routing = { failoverPolicy: POLICY, dns: { hostname: "prism.example.com" } };
    const spec = { clusters, template, routing, deletionPolicy: "Delete" };
    await send(home(), "POST", FEDERATIONS, {
      apiVersion: "prism.io/v1alpha3",
      kind: "PrismFederation",
      metadata: { name: "global" },
      spec,
    });
    await untilRunning();
    assert.deepEqual(await published(), ["a", "b", "c"]);
  });

  it("takes a server that is frozen out, leaves it serving, and takes it back when it thaws", async () => {
    signal(server("b").plane, "SIGSTOP");
    await until("b Unknown", async () => (await member("b"))?.phase === "Unknown");
    await until("b Out", async () => (await member("b"))?.rotation === "Out");
    assert.deepEqual(await published(), ["a", "c"]);
    signal(server("b").plane, "SIGCONT");
    await until("b In", async () => (await member("b"))?.rotation === "In");
    await untilRunning();
    assert.deepEqual(await published(), ["a", "b", "c"]);
    assert.ok((await read(server("b").client, `${CLUSTERS}/global`))?.metadata.uid);
  });

  it("keeps a server that is slow, and does not flap", async () => {
    const { plane } = server("b");
    const before = (await member("b"))?.rotationSince;
    for (let i = 0; i < 20; i++) {
      signal(plane, "SIGSTOP");
      await sleep(400);
      signal(plane, "SIGCONT");
      await sleep(200);
    }
    assert.equal((await member("b"))?.rotation, "In");
    assert.equal((await member("b"))?.rotationSince, before);
  });

  it("takes rotated credentials up, and brings the next change with them", async () => {
    await storeToken("c", "second", "first");
    await label("two");
    await until("the label on c", async () => (await labelOn("c")) === "two");
    await untilRunning();
  });

  it("says which rights a server refuses, and goes on when it gives them", async () => {
    await grant("c", [{ apiGroups: ["prism.io"], resources: ["prismclusters"], verbs: ["get"] }]);
    await label("three");
    await until("c Forbidden", async () => (await member("c"))?.reason === "Forbidden");
    const { message, rotation } = (await member("c")) ?? {};
    assert.match(
      message,
      /may not create, patch, delete prismclusters\.prism\.io in namespace prism/,
    );
    assert.equal(rotation, "In", "rights say nothing about traffic");
    await until("the label on b", async () => (await labelOn("b")) === "three");
    assert.equal(await labelOn("c"), "two");
    await grant("c", MEMBER_RULES);
    await until("the label on c", async () => (await labelOn("c")) === "three");
    await untilRunning();
  });

  it("is deleted on the servers that answer, and reports the other", async () => {
    signal(server("b").plane, "SIGSTOP");
    await send(home(), "DELETE", `${FEDERATIONS}/global`, undefined);
    await until("its end", async () => (await read(home(), `${FEDERATIONS}/global`)) === undefined);
    await until("the end of the PrismCluster on c", async () => {
      return (await read(server("c").client, `${CLUSTERS}/global`)) === undefined;
    });
    // The line is written once the object is gone.
    const { log } = server("a").operator;
    const said = (): readonly string[] => log.map(({ msg }) => String(msg));
    await until("the line in the log", () => said().some((one) => /may be left on/.test(one)));
    assert.match(said().join("\n"), /may be left on b \(/);
    signal(server("b").plane, "SIGCONT");
    assert.ok(await read(server("b").client, `${CLUSTERS}/global`));
  });

  function server(name: string): Server {
    const found = servers.get(name);
    assert.ok(found);
    return found;
  }

  /** What the federation may do on a member, and nothing else. */
  async function grant(name: string, rules: readonly object[]): Promise<void> {
    const type = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" };
    const role = { ...type, metadata: { name: "prism-federation" }, rules };
    const path = `${RIGHTS}/roles/prism-federation?fieldManager=test&force=true`;
    await send(server(name).client, "PATCH", path, role, "application/apply-patch+yaml");
  }

  async function storeToken(name: string, user: string, former?: string): Promise<void> {
    const { plane, client } = server(name);
    const accounts = "/api/v1/namespaces/prism/serviceaccounts";
    await send(client, "POST", accounts, { metadata: { name: user } });
    await send(client, "POST", `${RIGHTS}/rolebindings`, {
      metadata: { name: user },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "prism-federation" },
      subjects: [{ kind: "ServiceAccount", name: user, namespace: "prism" }],
    });
    const { body } = await client.request("POST", `${accounts}/${user}/token`, {
      body: { spec: {} },
    });
    if (former !== undefined) await send(client, "DELETE", `${accounts}/${former}`, undefined);
    const authority = Buffer.from(plane.certificateAuthority).toString("base64");
    const kubeconfig = stringify({
      "current-context": name,
      contexts: [{ name, context: { cluster: name, user } }],
      clusters: [
        { name, cluster: { server: plane.server, "certificate-authority-data": authority } },
      ],
      users: [{ name: user, user: { token: textAt(body, "status", "token") } }],
    });
    const data = { kubeconfig: Buffer.from(kubeconfig).toString("base64") };
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name }, data };
    const path = `/api/v1/namespaces/prism/secrets/${name}?fieldManager=test&force=true`;
    await send(home(), "PATCH", path, secret, "application/apply-patch+yaml");
  }

  async function label(round: string): Promise<void> {
    const template = { metadata: { labels: { round } } };
    await send(home(), "PATCH", `${FEDERATIONS}/global`, { spec: { template } });
  }

  async function labelOn(name: string): Promise<string | undefined> {
    const cluster = await read(server(name).client, `${CLUSTERS}/global`);
    return cluster?.metadata.labels?.["round"];
  }

  async function member(name: string) {
    const found = await read(home(), `${FEDERATIONS}/global`);
    return found?.["status"]?.members?.find((one: { name: string }) => one.name === name);
  }

  function untilRunning(): Promise<void> {
    return until("phase Running", async () => {
      const found = await read(home(), `${FEDERATIONS}/global`);
      const status = found?.["status"];
      return (
        status?.phase === "Running" && status.observedGeneration === found?.metadata.generation
      );
    });
  }

  async function published(): Promise<readonly string[]> {
    const found = await read(home(), `${ENDPOINTS}/global`);
    return found?.["spec"].endpoints.map((one: { setIdentifier: string }) => one.setIdentifier);
  }
});

async function start(): Promise<Server> {
  const plane = await startControlPlane({ nodes: 1 });
  const client = apiClient(plane);
  await send(client, "POST", "/api/v1/namespaces", { metadata: { name: "prism" } });
  for (const document of parseAllDocuments(
    readFileSync("test/fixtures/deploy/optional-crds.yaml", "utf8"),
  )) {
    const crd: unknown = document.toJS();
    if (!textAt(crd, "metadata", "name").includes("externaldns")) continue;
    await send(client, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
  }
  return { plane, client, operator: await startOperator(plane, "prism") };
}

/** To the API server alone. */
function signal({ dir }: ControlPlane, name: "SIGSTOP" | "SIGCONT"): void {
  const found = readState(join(dir, "state.json"))?.processes.find(
    (one) => one.name === "kube-apiserver",
  );
  assert.ok(found);
  process.kill(found.pid, name);
}

async function send(
  client: ApiClient,
  method: string,
  path: string,
  body: unknown,
  contentType = method === "PATCH" ? MERGE : "application/json",
): Promise<void> {
  const answer = await client.request(method, path, { body, contentType });
  assert.ok(
    answer.status < 300,
    `${method} ${path}: ${answer.status} ${textAt(answer.body, "message")}`,
  );
}

async function read(client: ApiClient, path: string): Promise<LiveObject | undefined> {
  const { status, body } = await client.request("GET", path);
  return status === 200 ? (body as LiveObject) : undefined;
}

async function until(what: string, ask: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come to be`);
    await sleep(200);
  }
}
