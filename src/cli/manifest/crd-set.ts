/** The CRDs that objects are judged by. */
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type CrdVersion, isCrd, readCrd } from "../../../schemas/crd.ts";
import { compileCrd, type Engine } from "../../../schemas/engine.ts";
import { getKey, isObject, type JsonValue } from "../../../schemas/json.ts";
import { type Manifest, readManifests } from "./manifest.ts";

/** The CRDs of this repository. */
const OWN_CRDS = fileURLToPath(new URL("../../../crds/", import.meta.url));

/** The engine for an object, or why there is none. */
export type Selection =
  | { readonly kind: "engine"; readonly engine: Engine }
  | { readonly kind: "foreign" }
  | { readonly kind: "unserved"; readonly message: string };

/** Compiled CRD versions; each is compiled when the first object needs it. */
export class CrdSet {
  readonly #versions: readonly CrdVersion[];
  readonly #engines = new Map<CrdVersion, Engine>();

  constructor(versions: readonly CrdVersion[]) {
    this.#versions = versions;
  }

  /** Reads CRDs from files and folders, our own when none is named; other documents in them are ignored. Throws when a CRD cannot be read. */
  static async read(names: readonly string[]): Promise<CrdSet> {
    const manifests = await readManifests(
      names.length === 0 ? [OWN_CRDS] : names,
      Readable.from([]),
    );
    const versions = manifests.flatMap(versionsOf);
    if (versions.length === 0) {
      throw new Error(`${names.join(", ")}: no CustomResourceDefinition found`);
    }
    return new CrdSet(versions);
  }

  /** The engine for an object's apiVersion and kind; `foreign` where no CRD has its group. */
  select(object: JsonValue): Selection {
    const apiVersion = textOf(object, "apiVersion");
    const kind = textOf(object, "kind");
    const [group = "", version = ""] = apiVersion.split("/");
    const engine = this.engine(group, version, kind);
    if (engine !== undefined) return { kind: "engine", engine };
    const sameGroup = this.#versions.filter((one) => one.group === group);
    return sameGroup.length === 0
      ? { kind: "foreign" }
      : { kind: "unserved", message: unservedMessage(apiVersion, kind, sameGroup) };
  }

  /** The engine of a version; undefined when no CRD has it. */
  engine(group: string, version: string, kind: string): Engine | undefined {
    const found = this.#versions.find(
      (one) => one.group === group && one.version === version && one.kind === kind,
    );
    return found && this.#engineOf(found);
  }

  /** The engine that an object is meant for, when it is sent to a CRD whatever it says of itself. */
  closest(object: JsonValue): Engine | undefined {
    const apiVersion = textOf(object, "apiVersion");
    const kind = textOf(object, "kind");
    const candidates = this.#versions.map((version) => ({
      version,
      score:
        (version.kind === kind ? 2 : 0) +
        (`${version.group}/${version.version}` === apiVersion ? 2 : 0) +
        (version.storage ? 1 : 0),
    }));
    const [best] = candidates.toSorted((left, right) => right.score - left.score);
    return best === undefined ? undefined : this.#engineOf(best.version);
  }

  /** An apiVersion and kind that there is a CRD for. */
  example(): string {
    const [version] = this.#versions.toSorted((a, b) => Number(b.storage) - Number(a.storage));
    return version === undefined
      ? ""
      : `apiVersion: ${version.group}/${version.version} and kind: ${version.kind}`;
  }

  #engineOf(version: CrdVersion): Engine {
    const known = this.#engines.get(version);
    if (known !== undefined) {
      return known;
    }
    const engine = compileCrd(version);
    this.#engines.set(version, engine);
    return engine;
  }
}

function unservedMessage(apiVersion: string, kind: string, known: readonly CrdVersion[]): string {
  const types = known.map((one) => `${one.kind} (${one.group}/${one.version})`);
  const said = kind === "" ? "kind is missing" : `no kind "${kind}" is served in ${apiVersion}`;
  return `${said}: write one of ${types.join(", ")}`;
}

function versionsOf(manifest: Manifest): readonly CrdVersion[] {
  if (manifest.kind === "malformed") {
    throw new Error(`${manifest.file}: ${manifest.message}`);
  }
  if (!isCrd(manifest.value)) {
    return [];
  }
  const read = readCrd(manifest.value);
  if (read.kind === "unreadable") {
    throw new Error(`${manifest.file}: ${read.message}`);
  }
  return read.versions;
}

function textOf(object: JsonValue, key: string): string {
  const value = isObject(object) ? getKey(object, key) : undefined;
  return typeof value === "string" ? value : "";
}
