/** The kinds as the CRDs in `crds/` define them: one compiled engine a version, one validator a kind. */
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { type CrdVersion, readCrd } from "../schemas/crd.ts";
import { compileCrd } from "../schemas/engine.ts";
import type { AdmittedKind } from "../webhooks/admitted-kind.ts";
import { completeEngine } from "../webhooks/complete-engine.ts";
import type { Kind } from "./domain/kind.ts";
import type { KubeObject } from "./domain/kube-object.ts";
import { KINDS } from "./domain/registry.ts";
import { createValidator, type Validator } from "./domain/validator.ts";

/** One CRD file: the object to apply and its name. */
export interface CrdFile {
  readonly name: string;
  readonly object: { readonly [field: string]: unknown };
  readonly versions: readonly CrdVersion[];
}

/** Reads `crds/*.yaml`. Throws an Error when one is no CRD: the checkout is damaged. */
export function loadCrds(): readonly CrdFile[] {
  const folder = new URL("../crds/", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => {
      const object = parse(readFileSync(new URL(name, folder), "utf8"));
      const read = readCrd(object);
      if (read.kind === "unreadable") throw new Error(`crds/${name}: ${read.message}`);
      return { name: read.name, object, versions: read.versions };
    });
}

/** The kinds for admission. */
export function admittedKinds(crds: readonly CrdFile[]): readonly AdmittedKind[] {
  return KINDS.map((kind) => {
    const versions = crds.flatMap((crd) => crd.versions).filter((one) => one.kind === kind.kind);
    const engines = new Map(versions.map((one) => [one.version, completeEngine(compileCrd(one))]));
    return { kind, engines, validator: validatorOf<KubeObject>(kind, engines) };
  });
}

function validatorOf<T extends KubeObject>(
  kind: Kind,
  engines: AdmittedKind["engines"],
): Validator<T> {
  const engine = engines.get(kind.hub);
  if (engine === undefined) throw new Error(`crds/ has no ${kind.kind} ${kind.hub}`);
  return createValidator<T>({ kind, engine });
}
