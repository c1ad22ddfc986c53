import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { printPath } from "../../../src/domain/field-path.ts";
import { isRecord, type JsonRecord } from "../../../src/domain/json-object.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import type { WrittenVerdict } from "../../../src/domain/written-verdict.ts";
import { type Schema, schemaOf } from "./crd.ts";
import { verdictOn } from "./judged.ts";

/**
 * `# expect: <path> <reason>` or `# warn: <path> <begin of the message>` for each finding, then the object; where there
 * are two, the first is the stored one. `# neighbour: <name>` is another PrismCluster in the namespace.
 */
interface Fixture {
  readonly verdict: WrittenVerdict;
  readonly text: string;
  marks(mark: string): readonly string[];
}

function readFixture(file: string): Fixture {
  const text = readFileSync(file, "utf8");
  const marks = (mark: string): readonly string[] =>
    [...text.matchAll(/^# (\w+): (.+)$/gm)].flatMap(([, name, value = ""]) =>
      name === mark ? [value] : [],
    );
  const documents = parseAllDocuments(text).map((document): unknown => document.toJS());
  const objects = documents.filter((one): one is JsonRecord => isRecord(one));
  const object = objects.at(-1);
  assert.ok(object, `${file} holds no object`);
  const neighbours = marks("neighbour").map(neighbour);
  const old = objects.length > 1 ? objects[0] : undefined;
  return { verdict: verdictOn(object, old, { neighbours }), text, marks };
}

function neighbour(name: string): KubeObject {
  const metadata = { name, namespace: "shop", creationTimestamp: "2026-01-01T00:00:00Z" };
  return { apiVersion: "prism.io/v1alpha2", kind: "PrismCluster", metadata };
}

const invalid = globSync("test/fixtures/invalid/*.yaml").sort();
const warned = globSync("test/fixtures/warned/*.yaml").sort();

describe("an invalid object is refused with every fault at its place", () => {
  it("there are fixtures", () => assert.ok(invalid.length > 50));

  for (const file of invalid) {
    it(file, () => {
      const { verdict, marks, text } = readFixture(file);
      const found = verdict.problems.map(({ path, reason }) => `${printPath(path)} ${reason}`);
      assert.deepEqual(found.sort(), [...marks("expect")].sort(), JSON.stringify(verdict, null, 1));
      assert.ok(found.length > 0);
      if (text.includes("s3cret")) assert.doesNotMatch(JSON.stringify(verdict), /s3cret/);
    });
  }
});

describe("every rule", () => {
  /** Sizes of 128 KiB make no file that a person reads; see validator.test.ts. */
  const WITHOUT_FILE = new Set(["conversion-size"]);
  const problems = invalid.flatMap((file) => {
    const version = /\.(v\w+)\.yaml$/.exec(file)?.[1] ?? "";
    return readFixture(file).verdict.problems.map((problem) => ({ ...problem, version }));
  });

  it("of the CRD has a fixture that breaks it, in each version that has the rule", () => {
    const rules = ["v1alpha1", "v1alpha2"].flatMap((version) =>
      messagesOf(schemaOf(version)).map((message) => ({ version, message })),
    );
    assert.ok(rules.length > 60);
    const unbroken = rules.filter(
      ({ version, message }) =>
        !problems.some((one) => one.version === version && one.message.includes(message)),
    );
    assert.deepEqual(unbroken, []);
  });

  it("of ours has a fixture that breaks it", () => {
    const sources = globSync("src/domain/prism-cluster/rules/*.ts");
    const names = sources.flatMap((file) => [
      ...readFileSync(file, "utf8").matchAll(/(?:, |rule: )"([a-z]+(?:-[a-z]+)+)"/g),
    ]);
    const rules = new Set(
      names.map(([, name = ""]) => name).filter((one) => !WITHOUT_FILE.has(one)),
    );
    assert.ok(rules.size > 8);
    const broken = new Set(problems.map(({ rule }) => rule));
    assert.deepEqual(
      [...rules].filter((rule) => !broken.has(rule)),
      [],
    );
  });

  function messagesOf(schema: Schema): readonly string[] {
    const rules = schema["x-kubernetes-validations"] ?? [];
    const below = [
      ...Object.values(schema.properties ?? {}),
      ...(schema.items ? [schema.items] : []),
      ...(schema.additionalProperties ? [schema.additionalProperties] : []),
    ];
    return [
      ...(rules as readonly { message: string }[]).map(({ message }) => message.trim()),
      ...below.flatMap(messagesOf),
    ];
  }
});

describe("what is probably not meant is warned of", () => {
  it("there are fixtures", () => assert.ok(warned.length > 10));

  for (const file of warned) {
    it(file, () => {
      const { verdict, marks } = readFixture(file);
      assert.deepEqual(verdict.problems, []);
      const found = verdict.warnings.map(({ path, message }) => `${printPath(path)} ${message}`);
      const expected = marks("warn");
      assert.equal(found.length, expected.length, found.join("\n"));
      for (const text of expected) {
        assert.ok(
          found.some((line) => line.startsWith(text)),
          `${text}\n${found.join("\n")}`,
        );
      }
      assert.ok(found.length > 0 && found.every((line) => !line.includes("\n")));
      assert.ok(verdict.warnings.every(({ message }) => message.length <= 120));
    });
  }
});

describe("with the webhooks gone, the CRD alone", () => {
  const RULES = new Set(invalid.map(ruleOf));
  const caught = new Set(invalid.filter(isCaughtByCrd).map(ruleOf));

  it("catches four of five rules", () => {
    assert.ok(caught.size / RULES.size >= 0.8, `${caught.size} of ${RULES.size}`);
  });

  it("catches every change of what is immutable", () => {
    const immutables = [...RULES].filter((rule) => /-(changed|shrinks|added)$/.test(rule));
    assert.ok(immutables.length > 8);
    assert.deepEqual(
      immutables.filter((rule) => !caught.has(rule)),
      [],
    );
  });

  /** The name of a fixture without folder and version. */
  function ruleOf(file: string): string {
    return file.replace(/^.*\//, "").replace(/\..*$/, "");
  }

  function isCaughtByCrd(file: string): boolean {
    return readFixture(file).verdict.problems.some(({ rule }) => rule === "schema");
  }
});
