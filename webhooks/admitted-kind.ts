/** The kinds that are admitted, each with the compiled schemas of its CRD. */

import { readCrd } from "../schemas/crd.ts";
import { compileCrd } from "../schemas/engine.ts";
import { readYaml } from "../schemas/yaml/yaml-stream.ts";
import type { Kind } from "../src/domain/kind.ts";
import type { KubeObject } from "../src/domain/kube-object.ts";
import type { SchemaEngine } from "../src/domain/schema-engine.ts";
import { createValidator } from "../src/domain/validator.ts";
import type { JudgedKind } from "../src/domain/written-verdict.ts";
import { completeEngine } from "./complete-engine.ts";

/** A kind with what admission needs to judge its objects. */
export type AdmittedKind = JudgedKind<KubeObject>;

/**
 * Joins kinds with their CRDs, given as YAML texts. Throws where a CRD cannot be read, lacks a version of its kind or has
 * rules that cannot be evaluated: such a build must not start.
 */
export function admittedKinds(
  crdTexts: readonly string[],
  kinds: readonly Kind[],
): readonly AdmittedKind[] {
  const engines = new Map<string, Map<string, SchemaEngine>>();
  for (const { kind, version, engine } of crdTexts.flatMap(compileText)) {
    const ofKind = engines.get(kind) ?? new Map<string, SchemaEngine>();
    engines.set(kind, ofKind.set(version, engine));
  }
  return kinds.map((kind) => admit(kind, engines.get(kind.kind) ?? new Map()));
}

function admit(kind: Kind, engines: ReadonlyMap<string, SchemaEngine>): AdmittedKind {
  const missing = kind.versions.filter((version) => !engines.has(version));
  const engine = engines.get(kind.hub);
  if (engine === undefined || missing.length > 0) {
    throw new Error(`no CRD for ${kind.kind} in ${missing.join(", ")}`);
  }
  return { kind, engines, validator: createValidator({ kind, engine }) };
}

interface CompiledVersion {
  readonly kind: string;
  readonly version: string;
  readonly engine: SchemaEngine;
}

function compileText(text: string): readonly CompiledVersion[] {
  const yaml = readYaml(text);
  if (yaml.kind === "malformed") throw new Error(`a CRD is no YAML: ${yaml.message}`);
  return yaml.documents.flatMap(({ value }) => {
    const crd = readCrd(value);
    if (crd.kind === "unreadable") throw new Error(`a CRD cannot be read: ${crd.message}`);
    return crd.versions.map((version) => {
      const engine = compileCrd(version);
      const [rule] = engine.unevaluable;
      if (rule) throw new Error(`${crd.name} has a rule that cannot be evaluated`);
      return { kind: version.kind, version: version.version, engine: completeEngine(engine) };
    });
  });
}
