/** Whether the CRDs are there, served, and free of versions that block the next upgrade. */
import { listAt, textAt } from "../../domain/json-read.ts";
import type { Kind } from "../../domain/kind.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { KINDS } from "../../domain/registry.ts";
import { gapOf, objectNamed, type World } from "../cluster/world.ts";
import { type Finding, pass, problem } from "./finding.ts";

/** One finding a kind or more. */
export function crdFindings(world: World): readonly Finding[] {
  const gap = gapOf(world, "CustomResourceDefinitions");
  if (gap !== undefined) {
    const found = {
      reason: "NotReadable",
      message: gap.message,
      fix: "ask for the right to list CRDs",
    };
    return [problem("unknown", "crds", "CustomResourceDefinitions", found)];
  }
  return KINDS.flatMap((kind) => findingsOf(world, kind));
}

function findingsOf(world: World, kind: Kind): readonly Finding[] {
  const name = `${kind.plural}.${kind.group}`;
  const subject = `CustomResourceDefinition ${name}`;
  const crd = objectNamed(world, "CustomResourceDefinition", name);
  if (crd === undefined) {
    const found = {
      reason: "CrdMissing",
      message: "is not installed",
      fix: "kubectl apply --server-side -f crds/, or set crds.install in the chart",
    };
    return [problem("fail", "crds", subject, found)];
  }
  const faults = [
    ...conditionFaults(crd, subject),
    ...versionFaults(crd, kind, subject),
    ...storedFaults(crd, kind, subject),
    ...conversionFaults(crd, subject),
  ];
  return faults.length > 0
    ? faults
    : [pass("crds", subject, "is established; all versions are served")];
}

function conditionFaults(crd: KubeObject, subject: string): readonly Finding[] {
  return ["NamesAccepted", "Established"].flatMap((type) => {
    const found = listAt(crd, "status", "conditions").find((one) => textAt(one, "type") === type);
    if (textAt(found, "status") === "True") return [];
    const message = `is not ${type}: ${textAt(found, "message") ?? "the API server has not said so yet"}`;
    const fix = "another CRD may have the same names: kubectl get crds";
    return [problem("fail", "crds", subject, { reason: `Not${type}`, message, fix })];
  });
}

function versionFaults(crd: KubeObject, kind: Kind, subject: string): readonly Finding[] {
  const served = listAt(crd, "spec", "versions").filter(
    (one) => typeof one === "object" && one !== null && "served" in one && one.served === true,
  );
  const names = served.map((one) => textAt(one, "name") ?? "");
  const missing = kind.versions.filter((version) => !names.includes(version));
  if (missing.length === 0) return [];
  const found = {
    reason: "VersionNotServed",
    message: `does not serve ${missing.join(", ")}, which this prismctl knows`,
    fix: "apply the CRDs of the same release as the operator: Helm never upgrades CRDs of crds/ folders by itself",
  };
  return [problem("warn", "crds", subject, found)];
}

/** A version that objects may still be stored in cannot be taken out of the CRD. */
function storedFaults(crd: KubeObject, kind: Kind, subject: string): readonly Finding[] {
  const stored = listAt(crd, "status", "storedVersions").map(String);
  const old = stored.filter((version) => version !== kind.hub);
  if (old.length === 0) return [];
  const found = {
    reason: "OldStoredVersions",
    message: `objects may be stored as ${old.join(", ")} (status.storedVersions); an upgrade that drops it would be refused`,
    fix: `write every object once (kubectl get ${kind.plural} -A -o json | kubectl replace -f -), then set status.storedVersions to [${kind.hub}]`,
  };
  return [problem("warn", "crds", subject, found)];
}

function conversionFaults(crd: KubeObject, subject: string): readonly Finding[] {
  if (listAt(crd, "spec", "versions").length < 2) return [];
  if (textAt(crd, "spec", "conversion", "strategy") === "Webhook") return [];
  const found = {
    reason: "NoConversion",
    message: "has several versions and no conversion webhook: fields are lost between them",
    fix: "apply the CRDs as they are released; strategy None must not be set",
  };
  return [problem("fail", "crds", subject, found)];
}
