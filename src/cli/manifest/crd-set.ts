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

/** A version that a CRD serves. */
interface Served extends Pick<CrdVersion, "group" | "kind" | "version" | "storage"> {
  /** Reads its schema, the first time. */
  readonly read: () => CrdVersion;
}

/** Compiled CRD versions; each is read and compiled when the first object needs it. */
export class CrdSet {
  readonly #versions: readonly Served[];
  readonly #engines = new Map<Served, Engine>();

  private constructor(versions: readonly Served[]) {
    this.#versions = versions;
  }

  /**
   * Reads CRDs from files and folders, our own when none is named, from `cacheFolder` where that has them. Other
   * documents are ignored. Rejects with a CommandFailed when a CRD cannot be read.
   */
  static async read(names: readonly string[], cacheFolder?: string): Promise<CrdSet> {
    const texts = names.length === 0 ? await readTexts(OWN_CRDS, NOTHING) : await textsOf(names);
    const found: Served[] = [];
    for (const { file, text } of texts) {
      const values = await readOnce(text ?? "", cacheFolder, (all) => valuesOf(file, all));
      found.push(...values.flatMap((value) => servedBy(file, value)));
    }
    // Ours are known to be sound; a fault in another's is told before anything is judged.
    if (names.length > 0) for (const { read } of found) read();
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

  #engineOf(version: Served): Engine {
    const known = this.#engines.get(version);
    if (known !== undefined) {
      return known;
    }
    const engine = compileCrd(version.read());
    this.#engines.set(version, engine);
    return engine;
  }
}

function unservedMessage(apiVersion: string, kind: string, known: readonly Served[]): string {
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

/** What a CRD serves, by its head alone. */
function servedBy(file: string, value: JsonValue): readonly Served[] {
  if (!isCrd(value)) return [];
  let whole: readonly CrdVersion[] | undefined;
  const spec = getKey(value, "spec") ?? null;
  const names = (isObject(spec) ? getKey(spec, "names") : undefined) ?? null;
  const listed = isObject(spec) ? getKey(spec, "versions") : undefined;
  const versions = Array.isArray(listed) ? listed.filter(isObject) : [];
  const served = versions.filter((one) => getKey(one, "served") !== false);
  if (served.length === 0) return wholeCrd(file, value).map((one) => ({ ...one, read: () => one }));
  return served.map((one): Served => {
    const version = textOf(one, "name");
    return {
      group: textOf(spec, "group"),
      kind: textOf(names, "kind"),
      version,
      storage: getKey(one, "storage") === true,
      read: () => {
        whole ??= wholeCrd(file, value);
        return whole.find((read) => read.version === version) ?? fail(`${file}: no ${version}`);
      },
    };
  });
}

function wholeCrd(file: string, value: JsonValue): readonly CrdVersion[] {
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
