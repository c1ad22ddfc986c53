import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import type { PrismClusterStatus } from "../../../src/api/prism-cluster-v1alpha2.ts";
import { findCondition } from "../../../src/domain/condition.ts";
import type { Health } from "../../../src/domain/health.ts";
import type { JsonRecord } from "../../../src/domain/json-object.ts";
import type { Observation } from "../../../src/domain/observation.ts";
import { STAGE_DEADLINE_MS } from "../../../src/domain/prism-cluster/status/deadline.ts";
import { CONDITION_TYPES } from "../../../src/domain/prism-cluster/status/findings.ts";
import { nextDeadlineMs, statusOf } from "../../../src/domain/prism-cluster/status.ts";
import { engineOf } from "./judged.ts";
import {
  at,
  MISSING,
  object,
  PULLING,
  pass,
  READY,
  RUNNING,
  START,
  statusAt,
  summary,
} from "./status-case.ts";
import { readKstatus } from "./status-kstatus.ts";

describe("a cluster whose children are all ready", () => {
  it("is Running, with the source's fields", () => {
    equal(
      summary(RUNNING),
      "Running Ready Available ConfigValid BackendsHealthy AdminHealthy ProxyHealthy PatternsHealthy",
    );
    equal(RUNNING.readyComponents, "9/9");
    equal(findCondition(RUNNING.conditions, "Ready")?.message, "9 of 9 components are ready");
    deepEqual(RUNNING.adminStatus, {
      name: "prism-admin",
      ready: true,
      replicas: 1,
      availableReplicas: 1,
    });
    deepEqual(RUNNING.proxyStatus?.name, "prism-proxy");
    deepEqual(
      RUNNING.patternStatus?.map(({ name }) => name),
      ["keyvalue-runner", "consumer-runner", "producer-runner", "mailbox-runner"],
    );
    deepEqual(
      RUNNING.backendStatus?.map(({ name }) => name),
      ["minio", "nats", "redis"],
    );
    equal(RUNNING.observedGeneration, 1);
  });

  it("stays as it is to the byte, however often it is looked at", () => {
    equal(JSON.stringify(statusAt(5, pass(), RUNNING)), JSON.stringify(RUNNING));
    equal(nextDeadlineMs(RUNNING), undefined);
  });

  it("says when a child was changed", () => {
    equal(statusAt(5, pass({}, { changed: true }), RUNNING).lastReconciled, at(5));
  });
});

describe("the first pass", () => {
  const first = statusAt(0, pass({ redis: PULLING }, { heldBy: "backends" }));

  it("has every condition, and Reconciling alone says that it goes on", () => {
    deepEqual(
      first.conditions?.map(({ type }) => type),
      [...CONDITION_TYPES],
    );
    equal(summary(first), "Pending Reconciling ConfigValid");
    equal(first.readyComponents, "2/9");
  });

  it("names the reason from the pods in conditions and components", () => {
    const backends = findCondition(first.conditions, "BackendsHealthy");
    equal(backends?.reason, "ImagePullFailed");
    equal(backends?.message, "redis: container redis: image redis:nope cannot be pulled");
    equal(findCondition(first.conditions, "AdminHealthy")?.reason, "Waiting");
    equal(first.adminStatus?.message, "waits for stage backends");
  });

  it("says when its stage is overdue", () =>
    equal(nextDeadlineMs(first), START + STAGE_DEADLINE_MS));
});

describe("a stage that does not get ready in its time", () => {
  const waiting = pass({ redis: PULLING }, { heldBy: "backends" });
  const first = statusAt(0, waiting);
  const before = statusAt(9.9, waiting, first);
  const stalled = statusAt(10, waiting, before);

  it("is not stalled a moment before", () => equal(before.phase, "Pending"));

  it("is Stalled and Degraded with the reason", () => {
    equal(summary(stalled), "Degraded Stalled ConfigValid");
    const condition = findCondition(stalled.conditions, "Stalled");
    equal(condition?.reason, "ProgressDeadlineExceeded");
    ok(
      condition?.message.includes("stage backends") &&
        condition.message.includes("cannot be pulled"),
    );
  });

  it("stays so without a further write", () => {
    for (const minute of [10.1, 15, 30]) {
      equal(JSON.stringify(statusAt(minute, waiting, stalled)), JSON.stringify(stalled));
    }
  });

  it("gets its time anew with a new generation", () => {
    equal(statusAt(30, waiting, stalled, 2).phase, "Pending");
    equal(statusAt(39, waiting, statusAt(30, waiting, stalled, 2), 2).phase, "Pending");
    equal(statusAt(40, waiting, statusAt(30, waiting, stalled, 2), 2).phase, "Degraded");
  });

  it("a new generation in the middle of the wait counts from then on", () => {
    const edited = statusAt(9, waiting, first, 2);
    equal(statusAt(18, waiting, edited, 2).phase, "Pending");
    equal(statusAt(19, waiting, edited, 2).phase, "Degraded");
  });

  it("hands a full time to the next stage when it gets ready late", () => {
    const admin = pass({ "prism-admin": MISSING }, { heldBy: "admin" });
    const next = statusAt(40, admin, stalled);
    equal(next.phase, "Pending");
    equal(statusAt(49, admin, next).phase, "Pending");
    equal(statusAt(50, admin, next).phase, "Degraded");
  });

  it("ends well after all", () => equal(statusAt(60, pass(), stalled).phase, "Running"));
});

describe("a cluster that ran", () => {
  const crash: Health = {
    ...PULLING,
    reason: "CrashLoop",
    message: "container ended with exit code 1",
  };

  it("is Degraded when something breaks, and Running again when it recovers", () => {
    const broken = statusAt(5, pass({ redis: crash }), RUNNING);
    equal(summary(broken).startsWith("Degraded Reconciling"), true);
    equal(findCondition(broken.conditions, "Reconciling")?.reason, "Recovering");
    equal(statusAt(6, pass({ redis: crash }), broken).phase, "Degraded");
    equal(statusAt(7, pass(), broken).phase, "Running");
  });

  it("is Pending, and Available, while it rolls to a new generation", () => {
    const rolling: Health = {
      ready: false,
      desired: 2,
      available: 2,
      updated: 1,
      reason: "RollingOut",
      message: "1 of 2 pods are updated",
    };
    const status = statusAt(5, pass({ "prism-proxy": rolling }), RUNNING, 2);
    equal(status.phase, "Pending");
    equal(findCondition(status.conditions, "Available")?.status, "True");
    equal(findCondition(status.conditions, "ProxyHealthy")?.reason, "RollingOut");
  });

  it("is not Available without proxies or without a majority of a backend", () => {
    const none = statusAt(5, pass({ "prism-proxy": { ...crash, desired: 2 } }), RUNNING);
    const minority = statusAt(5, pass({ nats: { ...crash, desired: 3, available: 1 } }), RUNNING);
    const majority = statusAt(5, pass({ nats: { ...crash, desired: 3, available: 2 } }), RUNNING);
    deepEqual(
      [none, minority, majority].map(
        ({ conditions }) => findCondition(conditions, "Available")?.status,
      ),
      ["False", "False", "True"],
    );
  });
});

describe("what only a person can change", () => {
  const redis = { kind: "backend", name: "redis" } as const;

  it("is Stalled at once: generated credentials that are gone", () => {
    const missing = [
      { secret: "redis-credentials", keys: "password", path: undefined, components: [redis] },
    ];
    const status = statusAt(1, pass({}, { missing }), RUNNING);
    equal(findCondition(status.conditions, "Stalled")?.reason, "CredentialsMissing");
    equal(status.phase, "Degraded");
  });

  it("is waited for where the user brings it: a Secret that is named", () => {
    const path = ["spec", "backends", "redis", "external", "secretRef"];
    const missing = [{ secret: "login", keys: "password", path, components: [redis] }];
    const status = statusAt(1, pass({}, { missing }), undefined);
    equal(findCondition(status.conditions, "BackendsHealthy")?.reason, "SecretMissing");
    equal(findCondition(status.conditions, "Stalled")?.status, "False");
  });

  it("is Stalled with the owner of an object under our name", () => {
    const observation = pass();
    ok(observation.kind === "reconciled");
    const message = 'is controlled by Cache "other"';
    const failed = observation.children.map((one) =>
      one.child.object.metadata.name === "redis" && one.child.object.kind === "StatefulSet"
        ? { ...one, failure: { reason: "Conflict", message, final: true } }
        : one,
    );
    const status = statusAt(1, { ...observation, children: failed }, RUNNING);
    equal(findCondition(status.conditions, "Stalled")?.message, `redis: ${message}`);
  });

  it("shows what was left alone at a take-over, without harm to readiness", () => {
    const observation = pass();
    ok(observation.kind === "reconciled");
    const noted = observation.children.map((one) =>
      one.child.object.metadata.name === "redis" && one.child.object.kind === "StatefulSet"
        ? { ...one, note: "keeps spec.template" }
        : one,
    );
    const status = statusAt(1, { ...observation, children: noted });
    equal(status.phase, "Running");
    equal(
      findCondition(status.conditions, "BackendsHealthy")?.message,
      "redis: keeps spec.template",
    );
  });
});

describe("a status of another author", () => {
  it("is read as far as it is one", () => {
    const odd = {
      phase: "Odd",
      conditions: [{ type: "Ready" }, null, 3],
      observedGeneration: "1",
      patternStatus: {},
    };
    const strange = { ...object(1), status: odd };
    equal(statusOf(strange, pass(), at(0)).phase, "Running");
    notEqual(statusOf(strange, { kind: "paused" }, at(0)).phase, "Odd");
  });
});

describe("kstatus reads the life of a cluster as people do", () => {
  const life: readonly (readonly [string, Observation, number, string])[] = [
    ["created", pass({ redis: PULLING }, { heldBy: "backends" }), 1, "InProgress"],
    ["ready", pass(), 1, "Current"],
    [
      "edited",
      pass({ "prism-proxy": { ...READY, ready: false, reason: "RollingOut", message: "rolls" } }),
      2,
      "InProgress",
    ],
    ["settled", pass(), 2, "Current"],
    ["broken", pass({ redis: PULLING }), 2, "InProgress"],
    ["overdue", pass({ redis: PULLING }), 2, "Failed"],
    ["still overdue", pass({ redis: PULLING }), 2, "Failed"],
    ["invalid", { kind: "invalid", problems: [] }, 3, "Failed"],
    ["repaired", pass(), 4, "Current"],
    ["paused with a change", { kind: "paused" }, 5, "InProgress"],
    ["resumed", pass(), 5, "Current"],
    ["deleting", { kind: "deleting", message: "stage runners" }, 6, "InProgress"],
  ];

  it("in every step", () => {
    let status: PrismClusterStatus | undefined;
    for (const [index, [step, observation, generation, expected]] of life.entries()) {
      status = statusOf(object(generation, status), observation, at(index * 11));
      equal(readKstatus(generation, status), expected, step);
    }
  });

  for (const version of ["v1alpha1", "v1alpha2"]) {
    it(`and the CRD keeps all that is told, in ${version}`, () => {
      let status: PrismClusterStatus | undefined;
      for (const [index, [step, observation, generation]] of life.entries()) {
        status = statusOf(object(generation, status), observation, at(index * 11));
        const told = structuredClone({ ...object(generation), status });
        const apiVersion = `prism.io/${version}`;
        const stored: JsonRecord = { ...told, apiVersion };
        engineOf(version).prune(stored);
        deepEqual(stored["status"], told.status, step);
        const { problems } = engineOf(version).validate(stored);
        deepEqual(
          problems.filter(({ path }) => path[0] === "status"),
          [],
          step,
        );
      }
    });
  }

  it("and before the first pass it is not current", () => equal(readKstatus(1, {}), "InProgress"));
});
