import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { EVENT_REASONS } from "../../src/controller/ports.ts";

const [PAGE = "", EVENTS = ""] = readFileSync("docs/app/reference/conditions.md", "utf8").split(
  "## Events",
);

/** Where conditions and reasons are decided. */
const SOURCES = globSync([
  "src/domain/{trouble,health,standing,unmet-need,guest}.ts",
  "src/domain/*/status.ts",
  "src/domain/*/status/*.ts",
  "src/domain/*/children.ts",
  "src/domain/prism-cluster/children/unmet-needs.ts",
  "src/controller/{pass-story,reporter,rollout-pass}.ts",
  "src/domain/prism-federation/{kubeconfig,member-look}.ts",
  "src/controller/federation/{farewell,federation-pass,member-pass,routing-objects}.ts",
]);

/** Words of Kubernetes and of the log, kinds, and phases of other objects. */
const OTHERS = new Set(
  `True False Unknown Normal Warning In Out Leaving Route Delete Background CERTIFICATE Ingress Grow Replicate Adopt Apply Recreate Reconcile Pending Lost Completed
  StatefulSet Deployment PersistentVolumeClaim ScaledObject Certificate PrismCluster PrismPattern PrismNamespace Secret ConfigMap ResourceQuota
  PodScheduled ErrImagePull ImagePullBackOff ErrImageNeverPull InvalidImageName ImageInspectError RegistryUnavailable
  CrashLoopBackOff OOMKilled FailedMount FailedAttachVolume ProvisioningFailed FailedBinding FailedCreate Service
  Created Updated Deleted`
    .split(/\s+/)
    .filter(Boolean),
);

function wordsOf(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].map(([, word = ""]) => word));
}

/** The first column of all tables. */
function firstColumn(page: string): string {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((line) => line.split(" | ")[0]).join("\n");
}

describe("the page of conditions", () => {
  const events: ReadonlySet<string> = new Set(EVENT_REASONS);
  const written = new Set(
    SOURCES.flatMap((file) => {
      const text = readFileSync(file, "utf8").replaceAll(/^import [\s\S]*?;$/gm, "");
      return [...wordsOf(text, /"([A-Z][A-Za-z]+)"/g)];
    }).filter((word) => !OTHERS.has(word)),
  );
  const described = wordsOf(firstColumn(PAGE), /`([A-Z][A-Za-z]+)`/g);

  it("has every condition and reason of the code", () => {
    assert.ok(written.size > 50);
    assert.deepEqual(
      [...written].filter((word) => !described.has(word) && !events.has(word)),
      [],
    );
  });

  it("has none that the code does not know", () => {
    assert.deepEqual(
      [...described].filter((word) => !written.has(word)),
      [],
    );
  });

  it("has exactly the reasons of events that there are", () => {
    const told = wordsOf(firstColumn(EVENTS), /`([A-Z][A-Za-z]+)`/g);
    assert.deepEqual([...told].toSorted(), EVENT_REASONS.toSorted());
  });
});
