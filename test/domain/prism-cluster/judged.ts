import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { readCrd } from "../../../schemas/crd.ts";
import { compileCrd } from "../../../schemas/engine.ts";
import type { PrismCluster } from "../../../src/api/prism-cluster-v1alpha2.ts";
import { copyRecord } from "../../../src/domain/json-copy.ts";
import type { JsonRecord } from "../../../src/domain/json-object.ts";
import { applyPatch } from "../../../src/domain/json-patch.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { prismCluster } from "../../../src/domain/prism-cluster/prism-cluster.ts";
import type { SchemaEngine } from "../../../src/domain/schema-engine.ts";
import { createValidator, type ValidationContext } from "../../../src/domain/validator.ts";
import { judgeWritten, type WrittenVerdict } from "../../../src/domain/written-verdict.ts";

const read = readCrd(parse(readFileSync("crds/prism.io_prismclusters.yaml", "utf8")));
if (read.kind === "unreadable") throw new Error(read.message);
const engines = new Map<string, SchemaEngine>(
  read.versions.map((version) => [version.version, compileCrd(version)]),
);

/** The engine of a version of PrismCluster, from the CRD itself. */
export function engineOf(version: string): SchemaEngine {
  const engine = engines.get(version);
  if (engine === undefined) throw new Error(`no engine for ${version}`);
  return engine;
}

/** PrismCluster's validator on the real schema engine. */
export const validator = createValidator<PrismCluster>({
  kind: prismCluster,
  engine: engineOf("v1alpha2"),
});

function versionOf(object: JsonRecord): string {
  return String(object["apiVersion"]).replace("prism.io/", "");
}

/** What admission makes of an object: pruned and defaulted in its own version, then in the hub, `/mutate`'s defaults. */
export function admitted(object: JsonRecord, oldHub?: KubeObject): KubeObject {
  const written = copyRecord(object);
  engineOf(versionOf(object)).prune(written);
  engineOf(versionOf(object)).applyDefaults(written);
  const conversion = prismCluster.convert(written, "prism.io/v1alpha2");
  if (conversion.kind !== "converted") throw new Error("does not convert");
  const hub = copyRecord(conversion.object);
  applyPatch(hub, prismCluster.defaultsOf(hub, oldHub));
  return asKube(hub);
}

/** The API server guarantees kind, apiVersion and a name. */
function asKube(object: JsonRecord): KubeObject {
  return object as unknown as KubeObject;
}

/** The verdict on an object in the version that it is written in; `old` in any version. */
export function verdictOn(
  object: JsonRecord,
  old?: JsonRecord,
  context: ValidationContext<PrismCluster> = {},
): WrittenVerdict {
  const oldHub = old && admitted(old);
  const hub = admitted(object, oldHub);
  return judgeWritten<PrismCluster>(
    { kind: prismCluster, validator, engines },
    {
      hub,
      version: versionOf(object),
      context: oldHub === undefined ? context : { ...context, old: asCluster(oldHub) },
    },
  );
}

function asCluster(object: KubeObject): PrismCluster {
  return object as unknown as PrismCluster;
}
