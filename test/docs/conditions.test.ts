import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const PAGE = readFileSync("docs/app/reference/conditions.md", "utf8");

/** Where conditions and reasons are decided. */
const SOURCES = globSync([
  "src/domain/{trouble,health,standing,unmet-need,guest}.ts",
  "src/domain/*/status.ts",
  "src/domain/*/status/*.ts",
  "src/domain/*/children.ts",
  "src/domain/prism-cluster/children/unmet-needs.ts",
  "src/controller/{pass-story,reporter,rollout-pass}.ts",
]).filter((file) => !file.includes("federation"));

/** Words of Kubernetes, kinds, and phases of other objects. */
const OTHERS = new Set(
  `True False Unknown Normal Warning Grow Adopt Apply Recreate Reconcile Pending Lost Completed
  StatefulSet Deployment PersistentVolumeClaim ScaledObject Certificate PrismCluster PrismPattern PrismNamespace Secret ConfigMap ResourceQuota
  PodScheduled ErrImagePull ImagePullBackOff ErrImageNeverPull InvalidImageName ImageInspectError RegistryUnavailable
  CrashLoopBackOff OOMKilled FailedMount FailedAttachVolume ProvisioningFailed FailedBinding FailedCreate Service`
    .split(/\s+/)
    .filter(Boolean),
);

function wordsOf(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].map(([, word = ""]) => word));
}

describe("the page of conditions", () => {
  const written = new Set(
    SOURCES.flatMap((file) => {
      const text = readFileSync(file, "utf8").replaceAll(/^import [\s\S]*?;$/gm, "");
      return [...wordsOf(text, /"([A-Z][A-Za-z]+)"/g)];
    }).filter((word) => !OTHERS.has(word)),
  );
  const described = wordsOf(
    PAGE.split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) => line.split(" | ")[0])
      .join("\n"),
    /`([A-Z][A-Za-z]+)`/g,
  );

  it("has every condition and reason of the code", () => {
    assert.ok(written.size > 50);
    assert.deepEqual(
      [...written].filter((word) => !described.has(word)),
      [],
    );
  });

  it("has none that the code does not know", () => {
    assert.deepEqual(
      [...described].filter((word) => !written.has(word)),
      [],
    );
  });
});
