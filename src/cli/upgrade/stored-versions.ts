/** Versions that objects may still be stored in, against the versions of the next CRDs. */
import { listAt, textAt } from "../../domain/json-read.ts";
import { objectsOf, type World } from "../cluster/world.ts";
import type { CrdSet } from "../manifest/crd-set.ts";
import type { UpgradeFault } from "./judge.ts";

/** One CRD of ours that is installed. */
export interface JudgedCrd {
  readonly crd: string;
  readonly storedVersions: readonly string[];
  readonly faults: readonly UpgradeFault[];
}

/** Each installed CRD of ours. */
export function judgeCrds(world: World, next: CrdSet): readonly JudgedCrd[] {
  return objectsOf(world, "CustomResourceDefinition")
    .filter(({ metadata }) => metadata.name.endsWith(".prism.io"))
    .map((crd) => {
      const kind = textAt(crd, "spec", "names", "kind") ?? "";
      const group = textAt(crd, "spec", "group") ?? "";
      const storedVersions = listAt(crd, "status", "storedVersions").map(String);
      const has = (version: string): boolean => next.engine(group, version, kind) !== undefined;
      const served = listAt(crd, "spec", "versions").flatMap((one) => textAt(one, "name") ?? []);
      const lost = served.filter((version) => !has(version) && !storedVersions.includes(version));
      return {
        crd: crd.metadata.name,
        storedVersions,
        faults: [
          ...storedVersions.filter((version) => !has(version)).map(storedFault),
          ...lost.map(goneFault),
        ],
      };
    });
}

function storedFault(version: string): UpgradeFault {
  return {
    outcome: "blocks",
    reason: "StoredVersionGone",
    field: "status.storedVersions",
    message: `objects may be stored as ${version}, which the next CRD does not have: the API server refuses it; write every object once with the running release, then take ${version} out of status.storedVersions`,
  };
}

function goneFault(version: string): UpgradeFault {
  return {
    outcome: "warns",
    reason: "VersionGone",
    field: "spec.versions",
    message: `${version} is no longer there: manifests and clients that use it fail`,
  };
}
