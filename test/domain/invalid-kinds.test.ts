import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { printPath } from "../../src/domain/field-path.ts";
import { isRecord, type JsonRecord } from "../../src/domain/json-object.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";
import { judgeWritten, type WrittenVerdict } from "../../src/domain/written-verdict.ts";
import { admittedKinds, loadCrds } from "../../src/kinds.ts";
import type { Schema } from "./prism-cluster/crd.ts";

/** As test/fixtures/invalid for PrismCluster: `# expect: <path> <reason>` of each fault, then the object, after the stored one if there are two. */

const kinds = admittedKinds(loadCrds());
const files = globSync("test/fixtures/invalid-kinds/*.yaml").sort();

function verdictOn(file: string): WrittenVerdict {
  const documents = parseAllDocuments(readFileSync(file, "utf8"));
  const objects = documents.map((one): unknown => one.toJS()).filter((one) => isRecord(one));
  const [object, old] = [objects.at(-1), objects.length > 1 ? objects[0] : undefined];
  assert.ok(object, file);
  const judged = kinds.find(({ kind }) => kind.kind === object["kind"]);
  assert.ok(judged, file);
  const version = String(object["apiVersion"]).replace("prism.io/", "");
  const context = old === undefined ? {} : { old: asKube(old) };
  return judgeWritten(judged, { hub: asKube(object), version, context });
}

/** The envelope is right; what is inside is what is judged. */
function asKube(object: JsonRecord): KubeObject {
  return object as unknown as KubeObject;
}

describe("an invalid PrismPattern, PrismNamespace or PrismFederation is refused with every fault at its place", () => {
  for (const file of files) {
    it(file, () => {
      const verdict = verdictOn(file);
      const found = verdict.problems.map(({ path, reason }) => `${printPath(path)} ${reason}`);
      const expected = [...readFileSync(file, "utf8").matchAll(/^# expect: (.+)$/gm)];
      assert.ok(expected.length > 0);
      assert.deepEqual(
        found.sort(),
        expected.map(([, text]) => text).sort(),
        JSON.stringify(verdict.problems, null, 1),
      );
      assert.doesNotMatch(JSON.stringify(verdict), /s3cret/);
    });
  }

  it("and each rule of their CRDs has a file", () => {
    const crds = globSync("crds/*.yaml").filter((file) => !file.includes("prismclusters"));
    const rules = crds.flatMap((file) => messagesIn(parse(readFileSync(file, "utf8"))));
    assert.ok(rules.length > 15);
    const said = files.flatMap((file) => verdictOn(file).problems.map(({ message }) => message));
    assert.deepEqual(
      rules.filter((rule) => !said.some((message) => message.includes(rule))),
      [],
    );
  });
});

function messagesIn(crd: {
  readonly spec: { readonly versions: readonly { readonly schema: { openAPIV3Schema: Schema } }[] };
}): readonly string[] {
  return crd.spec.versions.flatMap(({ schema }) => messagesOf(schema.openAPIV3Schema));
}

function messagesOf(schema: Schema): readonly string[] {
  const rules = (schema["x-kubernetes-validations"] ?? []) as readonly Rule[];
  const below = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
    ...(schema.additionalProperties ? [schema.additionalProperties] : []),
  ];
  return [...rules.map(messageOf), ...below.flatMap(messagesOf)];
}

interface Rule {
  readonly message: string;
  readonly messageExpression?: string;
}

/** What is said in any case: the message, or the first text of the expression. */
function messageOf({ message, messageExpression = "" }: Rule): string {
  return /'([^']+)'/.exec(messageExpression)?.[1] ?? message.trim();
}
