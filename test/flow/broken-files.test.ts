/** Files that are broken in every way: prismctl says with line and column what `kubectl apply` says of the same bytes. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { globSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { PRISMCTL } from "../../src/cli/commands.ts";
import { type Call, call } from "../cli/frame/call.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

const HEAD = "apiVersion: prism.io/v1alpha2\nkind: PrismCluster\nmetadata: {name: broken}\n";
const MANY = `${HEAD}spec:\n  proxy:\n    replicas: many\n`;

/** Bytes that an editor would mend: made here. */
const MADE: Readonly<Record<string, Uint8Array>> = {
  "binary.yaml": Uint8Array.from({ length: 512 }, (_, at) => (at * 89) % 256),
  "latin1.yaml": Buffer.from(`${HEAD}spec: {} # caf\u00e9\n`, "latin1"),
  "crlf.yaml": Buffer.from(MANY.replaceAll("\n", "\r\n")),
  "bom.yaml": Buffer.from(`\uFEFF${MANY}`),
  "huge.yaml": Buffer.from(
    `${HEAD}spec:\n  patterns:\n${Array.from({ length: 200 }, (_, at) => `    - {name: p${at}, replicas: -1}\n`).join("")}`,
  ),
  "bomb.yaml": Buffer.from(
    `${HEAD}a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"]
      .map((one) => {
        const before = `*${String.fromCharCode(one.charCodeAt(0) - 1)}`;
        return `${one}: &${one} [${Array.from({ length: 9 }, () => before).join(",")}]\n`;
      })
      .join("")}`,
  ),
};

/** What kubectl takes although it is probably not meant; prismctl warns. */
const ACCEPTED: ReadonlySet<string> = new Set(["03-duplicate-key.yaml"]);
/** What kubectl takes: it puts other signs for bytes that are no UTF-8. */
const STRICTER: ReadonlySet<string> = new Set(["latin1.yaml"]);

describe("a broken file", () => {
  let plane: TestControlPlane;
  let operator: RunningOperator;
  let namespace: string;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "prism-broken-"));
    plane = await openControlPlane({ isExclusive: true });
    operator = await startOperator(plane, await plane.freshNamespace());
    namespace = await plane.freshNamespace();
    for (const [name, bytes] of Object.entries(MADE)) await writeFile(join(folder, name), bytes);
  });
  after(async () => {
    await operator?.stop();
    await plane?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const validate = (file: string, ...more: readonly string[]): Promise<Call> =>
    call(PRISMCTL, ["validate", file, ...more]);

  const kept = globSync("test/fixtures/broken/*").toSorted();
  ok(kept.length >= 20);
  const named = [...kept, ...Object.keys(MADE)];
  for (const name of named) {
    it(`${basename(name)} gets the answer of kubectl, with its place`, async () => {
      const file = kept.includes(name) ? name : join(folder, name);
      const text = await validate(file);
      const args = ["apply", "--dry-run=server", "--validate=strict", "--namespace", namespace];
      const { code, stderr } = await plane.kubectl([...args, "--filename", file]);
      sameVerdict(basename(name), text, { code, stderr });
      const fields = fieldsSaid(await validate(file, "--output", "json"));
      const missing = fieldsOf(stderr).filter((field) => !fields.includes(field));
      deepEqual(missing, [], `kubectl: ${stderr}\nprismctl: ${text.stdout}`);
    });
  }
});

/** Both take the file, or both refuse it; and prismctl points at a line. */
function sameVerdict(name: string, text: Call, kubectl: Pick<Call, "code" | "stderr">): void {
  const both = `kubectl: ${kubectl.stderr}\nprismctl: ${text.stdout}`;
  if (STRICTER.has(name)) equal(text.code, 1, both);
  else equal(text.code !== 0, kubectl.code !== 0, both);
  if (ACCEPTED.has(name)) equal(text.code, 0);
  // An empty file has no line to point at.
  if (text.code === 3) match(text.stderr, /there is no object of prism\.io/);
  else match(text.stdout, /:\d+:\d+: (?:error|warning): /);
}

/** The fields of prismctl's faults. */
function fieldsSaid({ stdout }: Call): readonly string[] {
  const { results = [] } = JSON.parse(stdout || "{}");
  return results.flatMap(({ causes = [] }: { causes?: readonly { field: string }[] }) =>
    causes.map(({ field }) => field),
  );
}

/** The fields of kubectl's list of faults; what names no field of ours is left out. */
function fieldsOf(text: string): readonly string[] {
  const told = text.replaceAll(/^\* spec: and \d+ more$/gm, "");
  const found = [...told.matchAll(/(?:^|\* |invalid: )((?:spec|metadata)[\w.[\]-]*): /gm)];
  const unknown = [...text.matchAll(/unknown field "([^"]+)"/g)];
  return [...new Set([...found, ...unknown].map(([, field = ""]) => field))];
}
