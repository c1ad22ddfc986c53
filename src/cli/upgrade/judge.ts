/** One live object against the next release: its schema, rules and conversions. Pure. */
import { admit } from "../../../schemas/admit.ts";
import { isObject, type JsonObject } from "../../../schemas/json.ts";
import { findUnknownFields } from "../../../schemas/unknown-fields.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { kindNamed } from "../../domain/registry.ts";
import { sameJson } from "../../domain/same-json.ts";
import type { CrdSet } from "../manifest/crd-set.ts";
import { judgeObject } from "../manifest/judgement.ts";
import { ownKind } from "../manifest/own-kind.ts";
import { type ContentOwner, ownersOf, writtenVersions } from "./owners.ts";

/** `blocks`: the upgrade fails or something breaks by it. `warns`: it breaks later, when somebody acts. */
export interface UpgradeFault {
  readonly outcome: "blocks" | "warns";
  readonly reason: string;
  readonly field?: string;
  readonly message: string;
}

/** One object and what is wrong with it. */
export interface JudgedObject {
  /** `PrismCluster prism/prism-local`. */
  readonly object: string;
  readonly owners: readonly ContentOwner[];
  readonly faults: readonly UpgradeFault[];
}

/** Judges an object as it is stored. */
export function judgeForUpgrade(object: KubeObject, next: CrdSet): JudgedObject {
  const { namespace = "", name } = object.metadata;
  const title = `${object.kind} ${namespace}/${name}`;
  const value = asJson(object);
  const selection = next.select(value);
  const faults: UpgradeFault[] = [];
  if (selection.kind !== "engine") {
    const message = `the next CRDs do not serve ${object.apiVersion} ${object.kind}, in which it is stored`;
    faults.push({ outcome: "blocks", reason: "VersionGone", message });
    return { object: title, owners: ownersOf(object), faults };
  }
  const { engine } = selection;
  faults.push(...writerFaults(object, next));
  for (const { field } of findUnknownFields(engine, value)) {
    faults.push({
      outcome: "blocks",
      reason: "FieldDropped",
      field,
      message: "the next schema has no such field: its value is dropped with the next write",
    });
  }
  faults.push(...admissionFaults(value, engine, next, object.kind));
  faults.push(...conversionFaults(object));
  return { object: title, owners: ownersOf(object), faults };
}

/** A version that is no longer served and that somebody writes. */
function writerFaults(object: KubeObject, next: CrdSet): readonly UpgradeFault[] {
  const served = (version: string): boolean =>
    next.select({ apiVersion: version, kind: object.kind }).kind === "engine";
  const gone = writtenVersions(object).filter(({ version }) => !served(version));
  return gone.map(({ version, manager }) => ({
    outcome: "blocks",
    reason: "WriterVersionGone",
    message: `${manager} writes it as ${version}, which the next CRDs do not serve`,
  }));
}

type Engine = Extract<ReturnType<CrdSet["select"]>, { kind: "engine" }>["engine"];

/** Refused as it is: a restore from a backup fails. Refused as an update of itself: every later write fails. */
function admissionFaults(
  value: JsonObject,
  engine: Engine,
  next: CrdSet,
  kindName: string,
): readonly UpgradeFault[] {
  const kind = kindNamed(kindName);
  const own = kind === undefined ? undefined : ownKind(kind, next);
  const asNew = judgeObject(engine, own, { object: value, old: undefined, neighbours: [] });
  if (asNew.isAllowed) return [];
  const asUpdate = admit(engine, { object: value, old: value });
  const stays = asUpdate.allowed
    ? []
    : asUpdate.problems.map(({ field, message }) => `${field} ${message}`);
  return asNew.faults.map(({ field, message }) => {
    const isHard = stays.includes(`${field} ${message}`);
    return {
      outcome: isHard ? "blocks" : "warns",
      reason: isHard ? "Refused" : "RefusedWhenNew",
      field,
      message: isHard
        ? `every write would be refused: ${message}`
        : `tolerated while it is unchanged, refused when it is written anew, as by a restore: ${message}`,
    };
  });
}

/** From the stored version to each other one and back. */
function conversionFaults(object: KubeObject): readonly UpgradeFault[] {
  const kind = kindNamed(object.kind);
  if (kind === undefined || object.apiVersion !== `${kind.group}/${kind.hub}`) return [];
  return kind.versions
    .filter((version) => version !== kind.hub)
    .flatMap((version): UpgradeFault[] => {
      const there = kind.convert({ ...object }, `${kind.group}/${version}`);
      const back =
        there.kind === "converted" ? kind.convert(there.object, object.apiVersion) : there;
      const isSame = back.kind === "converted" && sameJson(back.object["spec"], object["spec"]);
      if (isSame) return [];
      return [
        {
          outcome: "blocks",
          reason: "ConversionLoses",
          message: `does not come back whole from ${version}`,
        },
      ];
    });
}

function asJson(object: KubeObject): JsonObject {
  const value: unknown = object;
  if (!isObject(value as never)) throw new TypeError("an object was expected");
  return value as JsonObject;
}
