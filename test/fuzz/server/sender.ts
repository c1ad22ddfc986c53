/** Sends writes as people do: kubectl where it computes something itself, the same requests as kubectl's where it does not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PrismClient } from "../../flow/prism-client.ts";
import type { Way, Write } from "./writes.ts";

export interface Sent {
  readonly name: string;
  readonly write: Write;
}

export interface Answer {
  readonly manager: string;
  /** What was said of it where it was refused. */
  readonly refusal: string | undefined;
}

/** Ways that kubectl takes many objects for in one go. */
const BY_KUBECTL: ReadonlySet<Way> = new Set([
  "client-side apply",
  "replace",
  "replace by a file",
  "edit",
]);

/** Sends all writes of a step; the answers in their order. */
export async function sendAll(
  prism: PrismClient,
  sent: readonly Sent[],
  step: number,
): Promise<readonly Answer[]> {
  const answers = new Map<Sent, Answer>();
  const groups = Map.groupBy(sent, ({ write }) => `${write.way}/${write.version}`);
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const manager = managerOf(first.write, step);
    const refusals = BY_KUBECTL.has(first.write.way)
      ? await byKubectl(prism, group, manager)
      : await Promise.all(group.map((one) => byRequest(prism, one, manager)));
    for (const [index, one] of group.entries()) {
      answers.set(one, { manager, refusal: refusals[index] });
    }
  }
  return sent.map((one) => answers.get(one) ?? { manager: "", refusal: "was not sent" });
}

/** Who applies a file does so under one name; everybody else is somebody new. */
function managerOf({ way }: Write, step: number): string {
  const word = way.replaceAll(/[^A-Za-z]+/g, "-");
  return way === "server-side apply" || way === "client-side apply" ? word : `${word}-${step}`;
}

async function byRequest(
  prism: PrismClient,
  { name, write }: Sent,
  manager: string,
): Promise<string | undefined> {
  const { way, version, body } = write;
  const query = `?fieldManager=${manager}&fieldValidation=Strict`;
  const path = prism.path(version, name);
  const patch = (type: string, more = ""): ReturnType<PrismClient["request"]> =>
    prism.request("PATCH", `${path}${query}${more}`, body, `application/${type}`);
  const answer = await (way === "create"
    ? prism.request("POST", `${prism.path(version)}${query}`, body)
    : way === "merge patch"
      ? patch("merge-patch+json")
      : way === "JSON patch"
        ? patch("json-patch+json")
        : patch("apply-patch+yaml", "&force=true"));
  return answer.status < 300 ? undefined : `${answer.status} ${answer.body.message}`;
}

/** One call for all. Where it fails, every object that its output does not name as done was refused. */
async function byKubectl(
  prism: PrismClient,
  group: readonly Sent[],
  manager: string,
): Promise<readonly (string | undefined)[]> {
  const folder = mkdtempSync(join(tmpdir(), "prism-fuzz-"));
  try {
    const file = join(folder, "list.json");
    const items = group.map(({ write }) => write.body);
    // What stands first in the buffer of `kubectl edit` decides how it is read.
    const list = { apiVersion: "v1", items, kind: "List", metadata: {} };
    writeFileSync(file, JSON.stringify(items.length === 1 ? items[0] : list));
    const { stdout, stderr } = await prism.kubectl(
      argumentsFor(group, file, manager),
      "",
      `cp ${file}`,
    );
    return group.map(({ name }) => {
      const isDone = new RegExp(`/${name} (created|configured|replaced|edited|unchanged)`).test(
        stdout,
      );
      return isDone ? undefined : faultOf(name, stderr) || `${stdout} ${stderr}`;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The paragraph of an object in what kubectl says of many; empty where there is none. */
function faultOf(name: string, stderr: string): string {
  const paragraph = stderr.split(/\n(?=\S)/).find((text) => new RegExp(`"${name}"`).test(text));
  return paragraph ?? "";
}

function argumentsFor(group: readonly Sent[], file: string, manager: string): readonly string[] {
  const [way, version] = [group[0]?.write.way, group[0]?.write.version];
  const by = `--field-manager=${manager}`;
  if (way === "client-side apply") return ["apply", by, "--filename", file];
  if (way !== "edit") return ["replace", by, "--filename", file];
  const names = group.map(({ name }) => name);
  return ["edit", by, `prismclusters.${version}.prism.io`, ...names];
}
