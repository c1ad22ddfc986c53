/** Documents of our own kinds, read and told from the others. */
import type { Engine } from "../../../schemas/engine.ts";
import { isObject, type JsonObject } from "../../../schemas/json.ts";
import { kindNamed } from "../../domain/registry.ts";
import { CommandFailed } from "../frame/exit-code.ts";
import type { CrdSet } from "./crd-set.ts";
import type { Manifest, ReadManifest } from "./manifest.ts";
import { type OwnKind, ownKind } from "./own-kind.ts";

/** A document of one of our kinds. */
export interface OwnObject {
  readonly kind: "own";
  readonly manifest: ReadManifest;
  readonly object: JsonObject;
  readonly own: OwnKind;
  readonly engine: Engine;
  /** In which it is written. */
  readonly version: string;
  /** `PrismCluster prism/shop`. */
  readonly title: string;
}

/** A document that is none of ours, or is in a version that nobody serves. */
export interface OtherObject {
  readonly kind: "other";
  readonly manifest: ReadManifest;
}

/** Tells our objects from others. */
export class OwnObjects {
  readonly #crds: CrdSet;
  readonly #kinds = new Map<string, OwnKind | undefined>();

  constructor(crds: CrdSet) {
    this.#crds = crds;
  }

  /** Throws a CommandFailed for a text that cannot be read, and for an object of our group that nobody serves. */
  read(manifest: Manifest): OwnObject | OtherObject {
    if (manifest.kind === "malformed") {
      throw new CommandFailed(`${placeText(manifest)}: ${manifest.message}`, { exit: "failed" });
    }
    const { value } = manifest;
    const selection = this.#crds.select(value);
    if (selection.kind === "unserved") {
      const place = placeText({ ...manifest, place: manifest.placeOf([]) });
      throw new CommandFailed(`${place}: ${selection.message}`, { exit: "failed" });
    }
    if (selection.kind === "foreign" || !isObject(value)) return { kind: "other", manifest };
    const { engine } = selection;
    const { crd } = engine;
    const own = this.#kind(crd.kind);
    if (own === undefined) return { kind: "other", manifest };
    const title = `${crd.kind} ${nameOf(value)}`;
    return { kind: "own", manifest, object: value, own, version: crd.version, engine, title };
  }

  #kind(name: string): OwnKind | undefined {
    if (!this.#kinds.has(name)) {
      const kind = kindNamed(name);
      this.#kinds.set(name, kind && ownKind(kind, this.#crds));
    }
    return this.#kinds.get(name);
  }
}

/** `file:line:column`. */
export function placeText(at: {
  readonly file: string;
  readonly place: { readonly line: number; readonly column: number };
}): string {
  return `${at.file}:${at.place.line}:${at.place.column}`;
}

/** `namespace/name`, or the name where there is no namespace. */
function nameOf(object: JsonObject): string {
  const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
  const { namespace, name, generateName } = metadata;
  const own = String(name ?? generateName ?? "");
  return typeof namespace === "string" ? `${namespace}/${own}` : own;
}
