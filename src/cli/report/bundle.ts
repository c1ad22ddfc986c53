/** A report as a zip: written for people to open, and read back by every read command. What is read is untrusted. */
import { readFile } from "node:fs/promises";
import { isRecord } from "../../domain/json-object.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { isKubeObject } from "../../kube/kube-object-shape.ts";
import type { LogTail, World } from "../cluster/world.ts";
import { CommandFailed } from "../frame/exit-code.ts";

/** Form of the bundle; a newer one is refused by an older prismctl rather than half understood. */
const FORMAT = 1;
const INDEX = "report.json";
/** What a report may unpack to: more is no report of ours. */
const LARGEST_BYTES = 512 * 1024 * 1024;
const MOST_FILES = 20_000;

/** How long each collector took and what came of it. */
export interface CollectorRun {
  readonly name: string;
  readonly outcome: "done" | "failed";
  readonly message: string;
  readonly ms: number;
}

/** The bundle of a world. `world` must be redacted already. */
export async function zipReport(
  world: World,
  collectors: readonly CollectorRun[],
): Promise<Uint8Array> {
  const { strToU8, zipSync } = await import("fflate");
  const { objects, logs, ...index } = world;
  const files: Record<string, Uint8Array> = {};
  const put = (name: string, value: unknown): void => {
    files[name] = strToU8(
      typeof value === "string" ? value : `${JSON.stringify(value, null, 2)}\n`,
    );
  };
  put(INDEX, { format: FORMAT, ...index, collectors });
  put("README.txt", readme(world, collectors));
  for (const [name, group] of Map.groupBy(objects, fileOf)) {
    put(name, { apiVersion: "v1", kind: "List", items: group });
  }
  for (const log of logs) put(`logs/${log.namespace}/${log.pod}/${log.container}.log`, log.text);
  return zipSync(files, { level: 6 });
}

/** `objects/<namespace>/<kind>.json`, with the group in front of kinds that are not Kubernetes' own. */
function fileOf({ apiVersion, kind, metadata }: KubeObject): string {
  const [group = ""] = apiVersion.includes("/") ? apiVersion.split("/") : [""];
  const name = group.includes("prism.io") ? `prism.io.${kind}` : kind;
  return `objects/${metadata.namespace ?? "_cluster"}/${name}.json`;
}

function readme({ takenAt, source, gaps }: World, collectors: readonly CollectorRun[]): string {
  const failed = collectors.filter(({ outcome }) => outcome === "failed");
  const lines = [
    `Report of ${source}, taken ${takenAt} by prismctl report.`,
    "Open it with: prismctl status|why|check|version --from THIS_FILE",
    "Values of Secrets and ConfigMaps, environment variables and arguments are not in it.",
    "",
    failed.length + gaps.length === 0 ? "Everything was read." : "Not read:",
    ...gaps.map(({ collector, message }) => `- ${collector}: ${message}`),
    ...failed
      .filter(({ name }) => !gaps.some(({ collector }) => collector === name))
      .map(({ name, message }) => `- ${name}: ${message}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** The world in a report. Rejects with a CommandFailed when the file is none. */
export async function readReport(file: string): Promise<World> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw wrong(file, error instanceof Error ? error.message : "cannot be read", error);
  });
  const { strFromU8, unzipSync } = await import("fflate");
  let count = 0;
  let size = 0;
  let files: Readonly<Record<string, Uint8Array>>;
  try {
    files = unzipSync(bytes, {
      filter: ({ originalSize }) => {
        count += 1;
        size += originalSize;
        if (count > MOST_FILES || size > LARGEST_BYTES) throw new RangeError("is too large");
        return true;
      },
    });
  } catch (error) {
    throw wrong(file, error instanceof Error ? error.message : "is no zip", error);
  }
  const textOf = (name: string): string => {
    const content = files[name];
    return content === undefined ? "" : strFromU8(content);
  };
  const index = jsonIn(file, INDEX, textOf(INDEX));
  if (index["format"] !== FORMAT) {
    throw wrong(
      file,
      `has the form ${String(index["format"])}; this prismctl reads form ${FORMAT}`,
    );
  }
  const names = Object.keys(files);
  const objects = names
    .filter((name) => name.startsWith("objects/") && name.endsWith(".json"))
    .flatMap((name) => objectsIn(jsonIn(file, name, textOf(name))));
  const logs = names.flatMap((name): LogTail[] => {
    const [, namespace, pod, container] = /^logs\/([^/]+)\/([^/]+)\/([^/]+)\.log$/.exec(name) ?? [];
    if (namespace === undefined || pod === undefined || container === undefined) return [];
    return [{ namespace, pod, container, text: textOf(name) }];
  });
  return worldIn(index, objects, logs, file);
}

function wrong(file: string, why: string, cause?: unknown): CommandFailed {
  return new CommandFailed(`${file} is no report: ${why}`, { exit: "failed", cause });
}

function jsonIn(file: string, name: string, text: string): Readonly<Record<string, unknown>> {
  if (text === "") throw wrong(file, `it has no ${name}`);
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch (error) {
    throw wrong(file, `${name} is no JSON`, error);
  }
  throw wrong(file, `${name} is no JSON object`);
}

function objectsIn({ items }: Readonly<Record<string, unknown>>): readonly KubeObject[] {
  return listIn(items).filter(isKubeObject);
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function worldIn(
  index: Readonly<Record<string, unknown>>,
  objects: readonly KubeObject[],
  logs: readonly LogTail[],
  file: string,
): World {
  const records = (key: string) => listIn(index[key]).filter(isRecord);
  return {
    takenAt: textIn(index["takenAt"]),
    source: `${textIn(index["source"])} in ${file}`,
    clientVersion: textIn(index["clientVersion"]),
    ...(index["serverVersion"] === undefined
      ? {}
      : { serverVersion: textIn(index["serverVersion"]) }),
    namespaces: listIn(index["namespaces"]).map(textIn),
    objects,
    logs,
    dryRuns: records("dryRuns").map(({ subject, code, message }) => ({
      subject: textIn(subject),
      code: Number(code),
      message: textIn(message),
    })),
    rights: records("rights").map(({ verb, resource, namespace, isAllowed }) => ({
      verb: textIn(verb),
      resource: textIn(resource),
      namespace: textIn(namespace),
      isAllowed: isAllowed === true,
    })),
    servings: records("servings").map(({ url, answer, message, expiresAt }) => ({
      url: textIn(url),
      answer: answer === "trusted" || answer === "untrusted" ? answer : "closed",
      message: textIn(message),
      ...(expiresAt === undefined ? {} : { expiresAt: textIn(expiresAt) }),
    })),
    gaps: records("gaps").map(({ collector, message }) => ({
      collector: textIn(collector),
      message: textIn(message),
    })),
  };
}
