/**
 * Federations as users have them: a real API server, whose namespaces are the members, each behind a fault proxy.
 * `federation-servers.test.ts` has three servers.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import { textAt } from "../../tools/control-plane/json-value.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { scrape } from "./endurance/scrape.ts";
import { FederationMember, MEMBER_RULES } from "./federation-member.ts";
import { type LiveObject, PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

const FEDERATIONS = "/apis/prism.io/v1alpha3";
const ENDPOINTS = "/apis/externaldns.k8s.io/v1alpha1";
const NAMES = ["us", "eu", "ap"] as const;
const TEMPLATE = { apiVersion: "prism.io/v1alpha2", metadata: { name: "prism" }, spec: SMALL };
const POLICY = {
  periodSeconds: 1,
  timeoutSeconds: 1,
  failureThreshold: 2,
  successThreshold: 2,
  recoverySeconds: 2,
};

describe("a federation", () => {
  let plane: TestControlPlane;
  let operator: RunningOperator;
  let home: PrismStack;
  const members = new Map<string, FederationMember>();

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    home = new PrismStack(plane, await plane.freshNamespace());
    await installCrd("dnsendpoints.externaldns.k8s.io");
    for (const name of NAMES) {
      const member = await FederationMember.open(name, plane, await plane.freshNamespace());
      members.set(name, member);
      await storeCredentials(name, await member.newCredentials("first"));
    }
    operator = await startOperator(plane, home.namespace);
  });
  afterEach(() => {
    for (const { proxy } of members.values()) proxy.clear();
  });
  after(async () => {
    await operator?.stop();
    for (const member of members.values()) await member.proxy.stop();
    for (const name of [
      "dnsendpoints.externaldns.k8s.io",
      "grpcroutes.gateway.networking.k8s.io",
    ]) {
      await plane?.client.request(
        "DELETE",
        `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`,
      );
    }
    await plane?.close();
  });

  it("says which CRD is missing for what it should publish", async () => {
    const routing = { gateway: { parentRefs: [{ name: "public" }] } };
    const endpoint = "https://nobody.example.com";
    const clusters = [{ name: "nobody", endpoint, backendRef: { name: "nobody" } }];
    await create("gated", { clusters, routing });
    const { message, status } = await routingCondition("GRPCRouteNotServed");
    assert.equal(status, "False");
    assert.match(
      message,
      /^GRPCRoute \(gateway\.networking\.k8s\.io\) is not served here: install/,
    );
    // It is found while the other tests go on.
    await installCrd("grpcroutes.gateway.networking.k8s.io");
  });

  it("brings its template to every member, and publishes them when they are available", async () => {
    await create("global", {
      clusters: [
        member("us").entry({
          addresses: ["203.0.113.1"],
          weight: 10,
          overrides: { proxy: { replicas: 2 } },
        }),
        member("eu").entry({ addresses: ["lb.eu.example.com"] }),
        member("ap").entry({ overrides: { proxy: { service: { type: "LoadBalancer" } } } }),
      ],
      template: TEMPLATE,
      routing: {
        strategy: "weighted",
        failoverPolicy: POLICY,
        dns: { hostname: "prism.example.com" },
      },
      deletionPolicy: "Delete",
    });
    const running = await untilPhase("Running");
    assert.deepEqual(
      [running["status"].readyMembers, running["status"].servingMembers],
      ["3/3", "3/3"],
    );
    const us = await clusterOn("us");
    assert.equal(us?.["spec"].proxy.replicas, 2);
    assert.equal((await clusterOn("eu"))?.["spec"].proxy.replicas, 1);
    assert.deepEqual(managers(us), ["prism-federation", "prism-operator"]);
    assert.deepEqual(await published(), ["us A 203.0.113.1 10", "eu CNAME lb.eu.example.com 100"]);
  });

  it("finds out where clients reach a member", async () => {
    const status = { loadBalancer: { ingress: [{ ip: "203.0.113.3" }] } };
    const path = `/api/v1/namespaces/${member("ap").namespace}/services/prism-proxy/status`;
    await home.write("PATCH", path, { status }, "application/merge-patch+json");
    await home.until("the record of ap", async () =>
      (await published()).includes("ap A 203.0.113.3 100"),
    );
  });

  it("writes nothing while nothing changes", async () => {
    await untilPhase("Running");
    for (const one of members.values()) one.proxy.forget();
    const before = await versions();
    await sleep(4_000);
    assert.deepEqual(await versions(), before);
    for (const one of members.values()) {
      const verbs = new Set(one.proxy.requests.map(({ verb }) => verb));
      assert.deepEqual([...verbs], ["get"]);
    }
  });

  it("takes back what was changed on a member", async () => {
    const { namespace } = member("us");
    const on = new PrismStack(plane, namespace);
    await on.merge("prismclusters", "prism", { spec: { proxy: { replicas: 1 } } });
    await home.until("the template's replicas", async () => {
      return (await clusterOn("us"))?.["spec"].proxy.replicas === 2;
    });
  });

  it("says Unknown of a member that hangs, takes it out after the threshold and back after its recovery", async () => {
    const recover = member("eu").hang();
    await home.until("eu Unknown", async () => (await memberStatus("eu"))?.phase === "Unknown");
    await home.until("eu Out", async () => (await memberStatus("eu"))?.rotation === "Out");
    assert.deepEqual(await published(), ["us A 203.0.113.1 10", "ap A 203.0.113.3 100"]);
    const degraded = await federation();
    assert.equal(degraded["status"].phase, "Degraded");
    assert.equal(degraded["status"].servingMembers, "2/3");
    assert.ok(await clusterOn("eu"), "its PrismCluster is left alone");
    await home.untilEvent("PrismFederation", "global", "MemberOut");
    assert.deepEqual(await gauges("eu"), { known: 0, ready: 0, serving: 0 });
    assert.deepEqual(await gauges("us"), { known: 1, ready: 1, serving: 1 });
    recover();
    await untilPhase("Running");
    await home.until("eu In", async () => (await memberStatus("eu"))?.rotation === "In");
    assert.equal((await published()).length, 3);
    await home.untilEvent("PrismFederation", "global", "MemberBack");
    assert.deepEqual(await gauges("eu"), { known: 1, ready: 1, serving: 1 });
  });

  it("moves nobody when no member answers: the fault may be ours", async () => {
    const recover = [...members.values()].map((one) => one.hang());
    await home.until("all Unknown", async () => {
      const { members: all } = (await federation())["status"];
      return all.every(({ phase }: { phase: string }) => phase === "Unknown");
    });
    await sleep(4_000);
    assert.equal((await federation())["status"].servingMembers, "3/3");
    assert.equal((await published()).length, 3);
    for (const end of recover) end();
    await untilPhase("Running");
  });

  it("takes rotated credentials up without a restart", async () => {
    const kubeconfig = await member("us").newCredentials("second", "first");
    await home.until(
      "the old token is refused",
      async () => (await memberStatus("us"))?.reason === "Unauthorized",
    );
    assert.equal(
      (await memberStatus("us"))?.rotation,
      "In",
      "credentials say nothing about traffic",
    );
    await storeCredentials("us", kubeconfig);
    await untilPhase("Running");
  });

  it("says which rights are missing", async () => {
    await member("us").grant([
      { apiGroups: ["prism.io"], resources: ["prismclusters"], verbs: ["get"] },
    ]);
    await home.merge("prismfederations", "global", {
      spec: { template: { metadata: { labels: { a: "b" } } } },
    });
    const us = await home.until("Forbidden", async () => {
      const status = await memberStatus("us");
      return status?.reason === "Forbidden" && status;
    });
    assert.match(us.message, /may not create, patch, delete prismclusters\.prism\.io in namespace/);
    const stalled = (await federation())["status"].conditions.find(
      ({ type }: { type: string }) => type === "Stalled",
    );
    assert.deepEqual([stalled.status, stalled.reason], ["True", "Forbidden"]);
    await member("us").grant(MEMBER_RULES);
    await untilPhase("Running");
  });

  it("refuses kubeconfigs that ask for more", async () => {
    const good = await member("us").newCredentials("third");
    await storeCredentials("us", good.replace("token:", "exec: {command: id}\n      token:"));
    const us = await home.until("the refusal", async () => {
      const status = await memberStatus("us");
      return status?.reason === "KubeconfigForbidden" && status;
    });
    assert.match(us.message, /users\[0\]\.user\.exec runs a program/);
    await storeCredentials("us", good);
    await untilPhase("Running");
  });

  it("leaves a PrismCluster alone that somebody else made", async () => {
    const namespace = await plane.freshNamespace();
    const other = await FederationMember.open("other", plane, namespace);
    members.set("other", other);
    await storeCredentials("other", await other.newCredentials("first"));
    await new PrismStack(plane, namespace).create(SMALL);
    await create("second", { clusters: [other.entry()], template: TEMPLATE });
    const status = await home.until("the conflict", async () => {
      const found = await memberStatus("other", "second");
      return found?.reason === "Conflict" && found;
    });
    assert.match(status.message, /annotate it prism\.io\/federated-by=.*\/second to hand it over/);
    await home.remove("prismfederations", "second");
    await home.untilGone("prismfederations", "second");
    assert.ok(await new PrismStack(plane, namespace).get("prismclusters", "prism"));
  });

  it("prunes what left, and nothing else", async () => {
    const clusters = [
      member("us").entry({ addresses: ["203.0.113.1"], weight: 10 }),
      member("eu").entry({ addresses: ["lb.eu.example.com"] }),
    ];
    const patched = await home.merge("prismfederations", "global", { spec: { clusters } });
    assert.equal(patched["status"].members.length, 3);
    await home.until(
      "the end of the PrismCluster on ap",
      async () => (await clusterOn("ap")) === undefined,
    );
    await untilPhase("Running");
    assert.equal((await federation())["status"].members.length, 2);
    assert.deepEqual(await published(), ["us A 203.0.113.1 10", "eu CNAME lb.eu.example.com 100"]);
    assert.ok(await clusterOn("eu"));
  });

  it("deletes what it made on members that answer, and says which do not", async () => {
    member("eu").hang();
    await home.until("eu Unknown", async () => (await memberStatus("eu"))?.phase === "Unknown");
    await home.remove("prismfederations", "global");
    await home.untilGone("prismfederations", "global");
    await home.until(
      "the end of the PrismCluster on us",
      async () => (await clusterOn("us")) === undefined,
    );
    assert.ok(await clusterOn("eu"));
    const said = operator.log.find(({ msg }) => /may be left on eu/.test(String(msg)));
    assert.ok(said, "the log names what is left");
    assert.equal(await home.get("dnsendpoints", "global"), undefined);
  });

  it("finds a CRD within a minute of being installed", async () => {
    await routingCondition("NoMemberServes");
    await home.remove("prismfederations", "gated");
    await home.untilGone("prismfederations", "gated");
  });

  it("told no error, no stack trace and no secret on the way", () => {
    const errors = operator.log.filter(({ level, err }) => level === "error" || err !== undefined);
    assert.deepEqual(errors, []);
    assert.doesNotMatch(JSON.stringify(operator.log), /eyJ|BEGIN /);
  });

  function member(name: string): FederationMember {
    const found = members.get(name);
    assert.ok(found);
    return found;
  }

  async function installCrd(name: string): Promise<void> {
    const text = readFileSync("test/fixtures/deploy/optional-crds.yaml", "utf8");
    const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    for (const document of parseAllDocuments(text)) {
      const body: unknown = document.toJS();
      if (textAt(body, "metadata", "name") === name) await home.write("POST", path, body);
    }
  }

  /** RoutingPublished of the federation that a Gateway should serve, once its reason is this one. */
  function routingCondition(reason: string) {
    return home.until(`routing to be ${reason}`, async () => {
      const { status } = await federation("gated");
      const found = status?.conditions?.find(
        ({ type }: { type: string }) => type === "RoutingPublished",
      );
      return found?.reason === reason && found;
    });
  }

  async function storeCredentials(name: string, kubeconfig: string): Promise<void> {
    const body = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name },
      data: { kubeconfig: Buffer.from(kubeconfig).toString("base64") },
    };
    const path = `${home.path("secrets", name)}?fieldManager=test&force=true`;
    await home.write("PATCH", path, body, "application/apply-patch+yaml");
  }

  async function create(name: string, spec: object): Promise<void> {
    const metadata = { name, namespace: home.namespace };
    const body = { apiVersion: "prism.io/v1alpha3", kind: "PrismFederation", metadata, spec };
    await home.write("POST", home.path("prismfederations", "", FEDERATIONS), body);
  }

  function federation(name = "global"): Promise<LiveObject> {
    return home.object("prismfederations", name);
  }

  async function memberStatus(name: string, of = "global") {
    const { status } = await federation(of);
    return status?.members?.find((one: { name: string }) => one.name === name);
  }

  function untilPhase(phase: string): Promise<LiveObject> {
    return home.until(`phase ${phase}`, async () => {
      const found = await federation();
      const { status } = found;
      return (
        status?.phase === phase && status.observedGeneration === found.metadata.generation && found
      );
    });
  }

  async function gauges(of: string): Promise<Readonly<Record<string, number>>> {
    const seen = await scrape(operator);
    const value = (what: string): number =>
      seen.sum(`prism_federation_member_${what}`, { federation: "global", member: of });
    return { known: value("known"), ready: value("ready"), serving: value("serving") };
  }

  function clusterOn(name: string): Promise<LiveObject | undefined> {
    return new PrismStack(plane, member(name).namespace).get("prismclusters", "prism");
  }

  async function versions(): Promise<unknown> {
    const found = await Promise.all([...NAMES.map((name) => clusterOn(name)), federation()]);
    return found.map((one) => one?.metadata.resourceVersion);
  }

  /** The published records, one a line: member, type, target and weight. */
  async function published(): Promise<readonly string[]> {
    const { body } = await plane.client.request(
      "GET",
      home.path("dnsendpoints", "global", ENDPOINTS),
    );
    const endpoints = (body as LiveObject)["spec"]?.endpoints ?? [];
    // biome-ignore lint/suspicious/noExplicitAny: tests read any field of any kind
    return endpoints.map((one: any) => {
      const { setIdentifier, recordType, targets, providerSpecific } = one;
      return `${setIdentifier} ${recordType} ${targets.join()} ${providerSpecific[0].value}`;
    });
  }
});

function managers(object: LiveObject | undefined): readonly string[] {
  const { managedFields } = { managedFields: [], ...object?.metadata };
  return [...new Set(managedFields.map(({ manager }: { manager: string }) => manager))].toSorted();
}
