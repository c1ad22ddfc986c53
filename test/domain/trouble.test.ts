import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import type { KubeObject } from "../../src/domain/kube-object.ts";
import { troubleOf } from "../../src/domain/trouble.ts";

function pod(status: object, name = "web-5d4f8c7b9-x2z4q"): KubeObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "prism" }, status };
}

function waiting(reason: string, message = "", more: object = {}): object {
  return {
    containerStatuses: [
      {
        name: "web",
        image: "example.com/web:1",
        ready: false,
        state: { waiting: { reason, message } },
        ...more,
      },
    ],
  };
}

const CRASHED = {
  terminated: { exitCode: 2, reason: "Error", finishedAt: "2026-01-01T00:00:00Z" },
};
const RUNNING = { running: { startedAt: "2026-01-01T00:00:00Z" } };

function unscheduled(message: string): object {
  return {
    conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
  };
}

const cases: readonly (readonly [string, object, string, string])[] = [
  [
    "an image that cannot be pulled",
    waiting("ErrImagePull", "rpc error"),
    "ImagePullFailed",
    "container web: image example.com/web:1 cannot be pulled",
  ],
  [
    "the same while the kubelet waits",
    waiting("ImagePullBackOff"),
    "ImagePullFailed",
    "container web: image example.com/web:1 cannot be pulled",
  ],
  [
    "a container that crashes",
    waiting("CrashLoopBackOff", "back-off 40s", { lastState: CRASHED }),
    "CrashLoop",
    "container web ended with exit code 2",
  ],
  [
    "the same between two tries",
    { containerStatuses: [{ name: "web", ready: false, state: RUNNING, lastState: CRASHED }] },
    "CrashLoop",
    "container web ended with exit code 2",
  ],
  [
    "the same right after it ended",
    { containerStatuses: [{ name: "web", ready: false, state: CRASHED }] },
    "CrashLoop",
    "container web ended with exit code 2",
  ],
  [
    "a container that crashes, of which nothing more is known",
    waiting("CrashLoopBackOff"),
    "CrashLoop",
    "container web ends again and again after it started",
  ],
  [
    "a container that runs out of memory",
    {
      containerStatuses: [
        {
          name: "web",
          ready: false,
          state: RUNNING,
          lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
        },
      ],
    },
    "CrashLoop",
    "container web ended with exit code 137 (out of memory)",
  ],
  [
    "no node that fits",
    unscheduled("0/3 nodes are available: 3 Insufficient cpu."),
    "Unschedulable",
    "0/3 nodes are available: 3 Insufficient cpu.",
  ],
  [
    "a volume that is not there",
    unscheduled("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."),
    "VolumePending",
    "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
  ],
  [
    "a Secret that is missing",
    waiting("CreateContainerConfigError", 'secret "login" not found'),
    "ConfigMissing",
    'container web: secret "login" not found',
  ],
  [
    "a probe that fails",
    { containerStatuses: [{ name: "web", ready: false, state: RUNNING }] },
    "ProbeFailing",
    "container web runs but does not pass its checks yet",
  ],
  [
    "an init container that crashes",
    { initContainerStatuses: [{ name: "make-bucket", ready: false, state: CRASHED }] },
    "CrashLoop",
    "container make-bucket ended with exit code 2",
  ],
];

describe("a pod with", () => {
  for (const [title, status, reason, message] of cases) {
    it(title, () => deepEqual(troubleOf("web", [pod(status)], []), { reason, message }));
  }

  it("containers that are well says nothing", () => {
    const status = {
      initContainerStatuses: [
        { name: "init", ready: true, state: { terminated: { exitCode: 0, reason: "Completed" } } },
      ],
      containerStatuses: [{ name: "web", ready: true, state: RUNNING, lastState: CRASHED }],
    };
    equal(troubleOf("web", [pod(status)], []), undefined);
  });

  it("a status of another shape says nothing", () => {
    for (const status of [
      { containerStatuses: "x" },
      { containerStatuses: [null, 3, "x", []] },
      {},
    ]) {
      equal(troubleOf("web", [pod(status)], []), undefined);
    }
  });

  it("a message without end is cut", () => {
    ok((troubleOf("web", [pod(unscheduled("x ".repeat(1000)))], [])?.message.length ?? 0) <= 256);
  });
});

function event(name: string, reason: string, note: string, at: string): KubeObject {
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: "e" },
    regarding: { name },
    reason,
    note,
    eventTime: at,
  };
}

describe("events", () => {
  const quota = 'Error creating: pods "web-5d4f8c7b9-x2z4q" is forbidden: exceeded quota';

  it("explain a workload whose pods cannot be made, without naming a pod anew with each try", () => {
    deepEqual(
      troubleOf("web", [], [event("web-5d4f8c7b9", "FailedCreate", quota, "2026-01-01T00:00:00Z")]),
      {
        reason: "CreateFailed",
        message: 'Error creating: pods "web" is forbidden: exceeded quota',
      },
    );
  });

  it("of a member's claim and of its mounts count", () => {
    equal(
      troubleOf(
        "redis",
        [],
        [event("data-redis-0", "ProvisioningFailed", "no class", "2026-01-01T00:00:00Z")],
      )?.reason,
      "VolumePending",
    );
    equal(
      troubleOf("redis", [], [event("redis-0", "FailedMount", "no disk", "2026-01-01T00:00:00Z")])
        ?.reason,
      "VolumePending",
    );
  });

  it("of another workload with a similar name do not", () => {
    for (const name of ["web-runner", "web-peers", "website", "data-web-runner-0", "other"]) {
      equal(
        troubleOf("web", [], [event(name, "FailedCreate", quota, "2026-01-01T00:00:00Z")]),
        undefined,
      );
    }
  });

  it("count by the newest, after what the pods say", () => {
    const events = [
      event("web", "FailedCreate", "old", "2026-01-01T00:00:00Z"),
      event("web", "FailedCreate", "new", "2026-01-02T00:00:00Z"),
    ];
    equal(troubleOf("web", [], events)?.message, "new");
    equal(troubleOf("web", [pod(waiting("ErrImagePull"))], events)?.reason, "ImagePullFailed");
  });
});
