import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { valueAt } from "../../../src/domain/json-object.ts";
import { textAt } from "../../../src/domain/json-read.ts";
import type { ReplicationRecord } from "../../../src/domain/replication/record.ts";
import { childrenOf, renderFacts, secretText, theChild } from "./children-case.ts";

const TYPES = ["redis", "postgres"] as const;

function specOf(type: string, replicas: number): object {
  return { backends: { [type]: { replicas, auth: {} } }, networkPolicy: { enabled: true } };
}

function recordOf(type: string, members: number, ordinal = 0): ReplicationRecord {
  return { term: 12, primary: `${type}-${ordinal}`, epoch: 10, members, mode: "quorum" };
}

/** The container of a server's StatefulSet. */
function serverOf(children: ReturnType<typeof childrenOf>, type: string): unknown {
  const set = theChild(children, "StatefulSet", type);
  return valueAt(set, ["spec", "template", "spec", "containers", 0]);
}

for (const type of TYPES)
  describe(`${type} with three members`, () => {
    const children = childrenOf(specOf(type, 3));

    it("leads clients to the primary, and members to each other", () => {
      const clients = theChild(children, "Service", type);
      deepEqual(valueAt(clients, ["spec", "selector"]), { app: type, "prism.io/role": "primary" });
      const peers = theChild(children, "Service", `${type}-peers`);
      deepEqual(valueAt(peers, ["spec", "selector"]), { app: type });
      equal(valueAt(peers, ["spec", "publishNotReadyAddresses"]), true);
      const policy = theChild(children, "NetworkPolicy", type);
      match(
        JSON.stringify(valueAt(policy, ["spec", "ingress"])),
        new RegExp(`"values":\\["${type}"\\]`),
      );
    });

    it("starts all members side by side, each with the program and told who the primary is", () => {
      const set = theChild(children, "StatefulSet", type);
      equal(valueAt(set, ["spec", "podManagementPolicy"]), "Parallel");
      equal(textAt(set, "spec", "serviceName"), `${type}-peers`);
      deepEqual(valueAt(serverOf(children, type), ["command"]), [
        "sh",
        "/etc/prism-member/member.sh",
        "run",
      ]);
      const volumes = JSON.stringify(valueAt(set, ["spec", "template", "spec", "volumes"]));
      match(volumes, new RegExp(`"configMap":{"name":"${type}-primary"`));
      match(volumes, /metadata\.annotations\['prism\.io\/replication'\]/);
      // Pods are told by a patch of their annotations, which needs some to be there.
      notEqual(valueAt(set, ["spec", "template", "metadata", "annotations"]), undefined);
    });

    it("lets one member go at a time", () => {
      const budget = theChild(children, "PodDisruptionBudget", type);
      equal(valueAt(budget, ["spec", "maxUnavailable"]), 1);
    });

    it("has a program that a POSIX shell reads", () => {
      const program = textAt(
        theChild(children, "ConfigMap", `${type}-member`),
        "data",
        "member.sh",
      );
      execFileSync("sh", ["-n"], { input: program ?? "(" });
    });

    it("keeps members that are on their way out until the primary is among those that stay", () => {
      const facts = renderFacts({ replication: () => recordOf(type, 3, 2) });
      for (const replicas of [1, 2]) {
        const set = theChild(childrenOf(specOf(type, replicas), facts), "StatefulSet", type);
        equal(valueAt(set, ["spec", "replicas"]), 3);
      }
      const grown = theChild(childrenOf(specOf(type, 5), facts), "StatefulSet", type);
      equal(valueAt(grown, ["spec", "replicas"]), 5);
    });

    it("is a plain server where one is asked for and nobody is to be told", () => {
      const single = childrenOf(specOf(type, 1));
      const names = single.map(({ object }) => `${object.kind} ${object.metadata.name}`);
      deepEqual(
        names.filter((name) => / (redis|postgres)-(peers|member|primary)$/.test(name)),
        [],
      );
      deepEqual(valueAt(theChild(single, "Service", type), ["spec", "selector"]), { app: type });
    });
  });

describe("the login of members of Redis", () => {
  it("is the one of its clients", () => {
    const conf = secretText(theChild(childrenOf(specOf("redis", 3)), "Secret", "redis-config"));
    match(conf["redis.conf"] ?? "", /^masterauth "value-of-redis-credentials-password"$/m);
    const single = secretText(theChild(childrenOf(specOf("redis", 1)), "Secret", "redis-config"));
    equal(single["redis.conf"]?.includes("masterauth"), false);
  });
});
