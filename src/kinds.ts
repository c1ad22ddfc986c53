/** The kinds as the CRDs in `crds/` define them: one compiled engine a version, one validator a kind. */
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { type CrdVersion, readCrd } from "../schemas/crd.ts";
import { compileCrd, type Engine } from "../schemas/engine.ts";
import type { JsonObject } from "../schemas/json.ts";
import { findUnknownFields } from "../schemas/unknown-fields.ts";
import type { AdmittedKind } from "../webhooks/admitted-kind.ts";
import { completeEngine } from "../webhooks/complete-engine.ts";
import type { EmbeddedJudge } from "./domain/embedded-judge.ts";
import { type EmbeddableKind, judgeEmbeddedOf } from "./domain/embedded-verdict.ts";
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
  const compiled = KINDS.map((kind) => compiledKind(kind, crds));
  // What stands within another object is judged by the validator of its own kind.
  const judgeEmbedded = judgeEmbeddedOf(compiled);
  return compiled.map(({ kind, engines }) => {
    return { kind, engines, validator: validatorOf(kind, engines, judgeEmbedded) };
  });
}

function compiledKind(kind: Kind, crds: readonly CrdFile[]): EmbeddableKind {
  const versions = crds.flatMap((crd) => crd.versions).filter((one) => one.kind === kind.kind);
  const exact = new Map(versions.map((one) => [one.version, wholeEngine(one)]));
  const engines = new Map([...exact].map(([version, one]) => [version, completeEngine(one)]));
  return {
    kind,
    engines,
    validator: validatorOf(kind, engines, undefined),
    unknownFields: (object, version) => {
      const engine = exact.get(version);
      return engine === undefined ? [] : findUnknownFields(engine, object as JsonObject);
    },
  };
}

/** With every rule compiled: the first request waits for none, and a rule that cannot be run is found at start-up. */
function wholeEngine(version: CrdVersion): Engine {
  const engine = compileCrd(version);
  const [rule] = engine.unevaluable();
  if (rule !== undefined) throw new Error(`crds/ has a rule at ${rule.path}: ${rule.what}`);
  return engine;
}

function validatorOf(
  kind: Kind,
  engines: AdmittedKind["engines"],
  judgeEmbedded: EmbeddedJudge | undefined,
): Validator<KubeObject> {
  const engine = engines.get(kind.hub);
  if (engine === undefined) throw new Error(`crds/ has no ${kind.kind} ${kind.hub}`);
  return createValidator<KubeObject>({ kind, engine, judgeEmbedded });
}
