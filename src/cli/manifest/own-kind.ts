/** Objects of our own kinds as the operator's webhooks see them: in the hub version, with what `/mutate` stores. */
import { cloneObject } from "../../../schemas/clone-json.ts";
import type { JsonObject } from "../../../schemas/json.ts";
import { findUnknownFields } from "../../../schemas/unknown-fields.ts";
import { completeEngine } from "../../../webhooks/complete-engine.ts";
import type { EmbeddedJudge } from "../../domain/embedded-judge.ts";
import { type EmbeddableKind, judgeEmbeddedOf } from "../../domain/embedded-verdict.ts";
import { copyRecord } from "../../domain/json-copy.ts";
import type { JsonRecord } from "../../domain/json-object.ts";
import { applyPatch } from "../../domain/json-patch.ts";
import type { Kind } from "../../domain/kind.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { KINDS } from "../../domain/registry.ts";
import type { SchemaEngine } from "../../domain/schema-engine.ts";
import { createValidator, type Validator } from "../../domain/validator.ts";
import type { CrdSet } from "./crd-set.ts";

/** One kind with what judges its objects. */
export interface OwnKind {
  readonly kind: Kind;
  readonly validator: Validator<KubeObject>;
  readonly engines: ReadonlyMap<string, SchemaEngine>;
}

/** Compiles a kind's CRD; undefined when the CRDs at hand lack a version that the kind knows. */
export function ownKind(kind: Kind, crds: CrdSet): OwnKind | undefined {
  return compiled(kind, crds, embeddedJudge(crds));
}

function compiled(kind: Kind, crds: CrdSet, judgeEmbedded?: EmbeddedJudge): OwnKind | undefined {
  const engines = new Map<string, SchemaEngine>();
  for (const version of kind.versions) {
    const engine = crds.engine(kind.group, version, kind.kind);
    if (engine !== undefined) engines.set(version, completeEngine(engine));
  }
  const engine = engines.get(kind.hub);
  if (engine === undefined || engines.size < kind.versions.length) return undefined;
  const validator = createValidator<KubeObject>({ kind, engine, judgeEmbedded });
  return { kind, engines, validator };
}

/** Judges templates; the other kinds are compiled when the first one is met. */
function embeddedJudge(crds: CrdSet): EmbeddedJudge {
  let judge: EmbeddedJudge | undefined;
  return (object, old) => {
    judge ??= judgeEmbeddedOf(KINDS.flatMap((kind) => embeddable(kind, crds) ?? []));
    return judge(object, old);
  };
}

function embeddable(kind: Kind, crds: CrdSet): EmbeddableKind | undefined {
  const own = compiled(kind, crds);
  return (
    own && {
      ...own,
      unknownFields: (object, version) => {
        const engine = crds.engine(kind.group, version, kind.kind);
        return engine === undefined ? [] : findUnknownFields(engine, object as JsonObject);
      },
    }
  );
}

/** An object, and the version that it is written in. */
export interface Written {
  readonly object: JsonObject;
  readonly version: string;
}

/** The object as its version's schema leaves it: pruned and with that version's defaults. */
export function asStored({ engines }: OwnKind, { object, version }: Written): JsonRecord {
  const copy = cloneObject(object);
  const engine = engines.get(version);
  engine?.prune(copy);
  engine?.applyDefaults(copy);
  return copy;
}

/**
 * The object in the hub version, as `/mutate` completes it. `oldHub` is the stored object of an update; what an older
 * version cannot say comes from there.
 */
export function inHub(own: OwnKind, written: Written, oldHub?: JsonRecord): KubeObject | undefined {
  const { kind } = own;
  const conversion = kind.convert(asStored(own, written), `${kind.group}/${kind.hub}`);
  if (conversion.kind !== "converted") return undefined;
  const hub = copyRecord(conversion.object);
  if (oldHub !== undefined && written.version !== kind.hub) {
    applyPatch(hub, kind.restoreHubOnly(hub, oldHub));
  }
  applyPatch(hub, kind.defaultsOf(hub, oldHub));
  return asKubeObject(hub);
}

/** Kind, apiVersion and metadata are there when a version was found; the validator judges the rest. */
function asKubeObject(object: JsonRecord): KubeObject {
  return object as unknown as KubeObject;
}
