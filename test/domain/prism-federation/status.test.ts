import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PrismFederationStatus } from "../../../src/api/prism-federation-v1alpha3.ts";
import { findCondition } from "../../../src/domain/condition.ts";
import { lookOf, type MemberLook } from "../../../src/domain/prism-federation/member-look.ts";
import type {
  FederationObservation,
  MemberView,
  RoutingOutcome,
} from "../../../src/domain/prism-federation/status/observation.ts";
import { placeIn, previousStatus } from "../../../src/domain/prism-federation/status/previous.ts";
import { statusOf } from "../../../src/domain/prism-federation/status.ts";
import { asKube, federation } from "./judged.ts";

const NOW = "2026-06-01T12:00:00Z";
const NOW_MS = Date.parse(NOW);
const RUNNING: MemberLook = {
  kind: "seen",
  cluster: { phase: "Running", readyComponents: "9/9", isAvailable: true, message: "" },
  trouble: undefined,
  addresses: ["203.0.113.1"],
};
const SILENT: MemberLook = {
  kind: "unknown",
  reason: "NoAnswer",
  message: "no answer within 5000 ms",
  isSilent: true,
};
const NOT_ASKED: RoutingOutcome = {
  isAsked: false,
  isPublished: false,
  reason: "NotRequested",
  message: "",
  isFinal: false,
  hostname: undefined,
};

function view(
  name: string,
  look: MemberLook | undefined,
  more: Partial<MemberView> = {},
): MemberView {
  return {
    name,
    endpoint: `https://${name}.example.com`,
    namespace: "prism",
    clusterName: "global",
    credentials: { name, key: "kubeconfig" },
    look,
    place: { rotation: "In", sinceMs: NOW_MS, timesOut: 0 },
    addresses: ["203.0.113.1"],
    isLeaving: false,
    applied: { template: "abc", generation: 1 },
    ...more,
  };
}

function observed(members: readonly MemberView[], routing = NOT_ASKED): FederationObservation {
  return { kind: "observed", members, hasTemplate: true, routing };
}

function status(
  observation: FederationObservation,
  before?: PrismFederationStatus,
  nowIso = NOW,
): PrismFederationStatus {
  const object = { ...federation({}), ...(before === undefined ? {} : { status: before }) };
  return statusOf(asKube(object), observation, nowIso);
}

/** As people read it: phase, then `Type=Status/Reason` of what counts. */
function story(found: PrismFederationStatus): string {
  const said = (["Ready", "Reconciling", "Stalled", "Available", "MembersReachable"] as const).map(
    (type) => {
      const condition = findCondition(found.conditions, type);
      return `${type}=${condition?.status}/${condition?.reason}`;
    },
  );
  return [found.phase, ...said].join(" ");
}

/** Exactly one of the three, or a computer and a person read different things (OBS-2). */
function judgeKstatus(found: PrismFederationStatus): void {
  const three = ["Ready", "Reconciling", "Stalled"].filter(
    (type) => findCondition(found.conditions, type)?.status === "True",
  );
  assert.equal(three.length, 1, JSON.stringify(found.conditions));
}

describe("the status of a federation", () => {
  it("is Running when every member is", () => {
    const found = status(observed([view("us", RUNNING), view("eu", RUNNING)]));
    assert.equal(
      story(found),
      "Running Ready=True/AllReady Reconciling=False/AllReady Stalled=False/AllReady Available=True/Serving MembersReachable=True/AllAnswer",
    );
    assert.deepEqual([found.readyMembers, found.servingMembers], ["2/2", "2/2"]);
    assert.equal(found.members?.[0]?.phase, "Running");
    judgeKstatus(found);
  });

  it("is Degraded, and its member Unknown, while one does not answer", () => {
    const found = status(observed([view("us", SILENT), view("eu", RUNNING)]));
    assert.equal(
      story(found),
      "Degraded Ready=False/NoAnswer Reconciling=True/Recovering Stalled=False/Progressing Available=True/Serving MembersReachable=False/NoAnswer",
    );
    assert.deepEqual(found.members?.[0]?.phase, "Unknown");
    assert.match(found.members?.[0]?.message ?? "", /no answer/);
    judgeKstatus(found);
  });

  it("says Stalled when that lasts, and keeps saying so", () => {
    const views = observed([view("us", SILENT), view("eu", RUNNING)]);
    const first = status(views);
    const later = status(views, first, "2026-06-01T12:10:00Z");
    assert.match(
      story(later),
      /^Degraded Ready=False\/NoAnswer Reconciling=False\/Stalled Stalled=True\/ProgressDeadlineExceeded/,
    );
    const again = status(views, later, "2026-06-01T12:11:00Z");
    assert.deepEqual(again, later);
    judgeKstatus(later);
    judgeKstatus(status(observed([view("us", RUNNING), view("eu", RUNNING)]), again));
  });

  it("says at once what only a person can end", () => {
    const refused: MemberLook = {
      kind: "unknown",
      reason: "Forbidden",
      message: "may not: create, patch prismclusters.prism.io",
      isSilent: false,
    };
    const found = status(observed([view("us", refused), view("eu", RUNNING)]));
    assert.match(story(found), /^Degraded Ready=False\/Forbidden .*Stalled=True\/Forbidden/);
    assert.match(findCondition(found.conditions, "Stalled")?.message ?? "", /us: may not: create/);
    assert.equal(findCondition(found.conditions, "TemplateApplied")?.status, "False");
    judgeKstatus(found);
  });

  it("is Pending before the first look, and Failed when nobody can be looked at", () => {
    const fresh = { place: placeIn(undefined, NOW_MS), applied: undefined, addresses: [] };
    const found = status(observed([view("us", undefined, fresh)]));
    assert.match(story(found), /^Pending Ready=False\/NotLookedAtYet Reconciling=True\/RollingOut/);
    const none: MemberLook = {
      kind: "unknown",
      reason: "NoCredentials",
      message: "x",
      isSilent: false,
    };
    const failed = status(observed([view("us", none, fresh)]));
    assert.match(story(failed), /^Failed Ready=False\/NoCredentials .*Stalled=True\/NoCredentials/);
    judgeKstatus(failed);
  });

  it("keeps what it knew of a member that this process has not looked at yet", () => {
    const before = status(observed([view("us", SILENT)]));
    const after = status(observed([view("us", undefined)]), before);
    assert.deepEqual(after.members, before.members);
  });

  it("does not change while nothing does, and tells when it did", () => {
    const views = observed([view("us", RUNNING)]);
    const first = status(views);
    assert.deepEqual(status(views, first, "2026-06-01T13:00:00Z"), first);
    const moved = status(observed([view("us", SILENT)]), first, "2026-06-01T13:00:00Z");
    assert.equal(moved.lastReconciled, "2026-06-01T13:00:00Z");
  });

  it("is not ready while the routing that is asked for is not published", () => {
    const routing: RoutingOutcome = {
      ...NOT_ASKED,
      isAsked: true,
      reason: "DNSEndpointNotServed",
      message: "the CRD of ExternalDNS is not installed",
      isFinal: true,
      hostname: "prism.example.com",
    };
    const found = status(observed([view("us", RUNNING)], routing));
    assert.match(
      story(found),
      /^Degraded Ready=False\/DNSEndpointNotServed .*Stalled=True\/DNSEndpointNotServed/,
    );
    assert.equal(findCondition(found.conditions, "RoutingPublished")?.status, "False");
    assert.equal(found.hostname, "prism.example.com");
    judgeKstatus(found);
    const early = status(observed([view("us", SILENT)], routing));
    const stalled = findCondition(early.conditions, "Stalled");
    assert.deepEqual(
      [stalled?.reason, stalled?.message],
      ["DNSEndpointNotServed", "the CRD of ExternalDNS is not installed"],
    );
  });

  it("is Unknown about serving when no member that should serve answers", () => {
    const found = status(observed([view("us", SILENT), view("eu", SILENT)]));
    assert.match(story(found), /Available=Unknown\/NoAnswer/);
  });

  it("names paths of an invalid spec and no values", () => {
    const problems = [
      {
        path: ["spec", "clusters", 0, "endpoint"],
        reason: "FieldValueInvalid",
        message: "s3cret",
        rule: "x",
      },
    ] as const;
    const found = status({ kind: "invalid", problems });
    assert.equal(found.phase, "Failed");
    assert.match(JSON.stringify(found), /spec\.clusters\[0\]\.endpoint: Invalid value/);
    assert.doesNotMatch(JSON.stringify(found), /s3cret/);
    judgeKstatus(found);
  });

  it("goes on looking while paused", () => {
    const before = status(observed([view("us", RUNNING)]));
    const found = status({ kind: "paused", members: [view("us", SILENT)] }, before);
    assert.equal(found.members?.[0]?.phase, "Unknown");
    assert.equal(findCondition(found.conditions, "Paused")?.status, "True");
    judgeKstatus(found);
  });

  it("keeps members that are leaving until they are let go of", () => {
    const leaving = view(
      "old",
      { ...RUNNING, trouble: { reason: "DeletionRefused", message: "protected" } } as MemberLook,
      { isLeaving: true },
    );
    const found = status(observed([view("us", RUNNING), leaving]));
    assert.equal(found.members?.[1]?.phase, "Leaving");
    assert.deepEqual([found.readyMembers, found.servingMembers], ["1/1", "1/1"]);
    assert.match(story(found), /Stalled=True\/DeletionRefused/);
  });

  it("survives a status that another version wrote", () => {
    const object = asKube({
      ...federation({}),
      status: { members: [1, { name: "x" }], conditions: "y", phase: 7 },
    });
    assert.deepEqual(previousStatus(object), { conditions: [], members: [] });
    const before = {
      name: "us",
      phase: "Running",
      rotation: "Out",
      rotationSince: "nonsense",
      timesOut: 2,
    } as const;
    assert.deepEqual(placeIn(before, 5), { rotation: "Out", sinceMs: 5, timesOut: 2 });
  });
});

describe("a look", () => {
  it("counts against a member only when the member itself does not serve", () => {
    assert.equal(lookOf(RUNNING), "good");
    assert.equal(lookOf(SILENT), "bad");
    assert.equal(
      lookOf({ kind: "unknown", reason: "Unauthorized", message: "", isSilent: false }),
      "unsure",
    );
    const cluster = {
      phase: "Degraded",
      readyComponents: "1/9",
      isAvailable: false,
      message: "",
    } as const;
    assert.equal(
      lookOf({ kind: "seen", cluster, trouble: undefined, addresses: undefined }),
      "bad",
    );
  });
});
