/** The CRDs that objects are judged by. */
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type CrdVersion, isCrd, readCrd } from "../../../schemas/crd.ts";
import { compileCrd, type Engine } from "../../../schemas/engine.ts";
import { getKey, isObject, type JsonValue } from "../../../schemas/json.ts";
import { CommandFailed } from "../frame/exit-code.ts";
import { manifestsOf } from "./manifest.ts";
import { type ManifestText, readTexts } from "./manifest-text.ts";
import { readOnce } from "./parsed-cache.ts";

/** The CRDs of this repository. */
const OWN_CRDS = fileURLToPath(new URL("../../../crds/", import.meta.url));

/** CRDs are not read from standard input: objects are. */
const NOTHING = Readable.from([]);

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

  /**
   * Reads CRDs from files and folders, our own when none is named, from `cacheFolder` where that has them. Other
   * documents are ignored. Rejects with a CommandFailed when a CRD cannot be read.
   */
  static async read(names: readonly string[], cacheFolder?: string): Promise<CrdSet> {
    const texts = names.length === 0 ? await readTexts(OWN_CRDS, NOTHING) : await textsOf(names);
    const found: CrdVersion[] = [];
    for (const { file, text } of texts) {
      const values = await readOnce(text ?? "", cacheFolder, (all) => valuesOf(file, all));
      found.push(...values.flatMap((value) => versionsOf(file, value)));
    }
    if (found.length === 0) fail(`${names.join(", ")}: there is no CustomResourceDefinition`);
    return new CrdSet(found);
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

async function textsOf(names: readonly string[]): Promise<readonly ManifestText[]> {
  const texts = await Promise.all(names.map((name) => readTexts(name, NOTHING)));
  return texts.flat();
}

function valuesOf(file: string, text: string): readonly JsonValue[] {
  return manifestsOf(file, text).map((manifest) =>
    manifest.kind === "document" ? manifest.value : fail(`${file}: ${manifest.message}`),
  );
}

function versionsOf(file: string, value: JsonValue): readonly CrdVersion[] {
  if (!isCrd(value)) return [];
  const read = readCrd(value);
  return read.kind === "read" ? read.versions : fail(`${file}: ${read.message}`);
}

function fail(message: string): never {
  throw new CommandFailed(message, { exit: "failed" });
}

function textOf(object: JsonValue, key: string): string {
  const value = isObject(object) ? getKey(object, key) : undefined;
  return typeof value === "string" ? value : "";
}
