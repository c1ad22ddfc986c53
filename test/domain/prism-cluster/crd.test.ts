import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import type { Schema } from "./crd.ts";

interface Version {
  readonly name: string;
  readonly subresources: object;
  readonly additionalPrinterColumns: readonly { readonly name: string }[];
  readonly schema: { readonly openAPIV3Schema: Schema };
}

interface Crd {
  readonly spec: {
    readonly names: {
      readonly shortNames: readonly string[];
      readonly categories: readonly string[];
    };
    readonly conversion: { readonly strategy: string };
    readonly versions: readonly Version[];
  };
}

/** Names that kubectl knows already (`kubectl api-resources` of Kubernetes 1.37). */
const BUILT_IN = new Set(
  "cm cs csr ds ep ev hpa ing limits netpol no ns pc pdb po psp pv pvc quota rc rs sa sc sts svc vac crd deploy cj ds eps ip cidr prism".split(
    " ",
  ),
);
/** What etcd and clients are spared (design, section 1). */
const MAX_BYTES = 200 * 1024;
/** 2^53-1: larger integers lose digits in JavaScript (VAL-12). */
const MAX_INTEGER = Number.MAX_SAFE_INTEGER;

const files = globSync("crds/*.yaml");

describe("CRDs", () => {
  it("are there", () => assert.ok(files.length > 0));

  for (const file of files) {
    const crd: Crd = parse(readFileSync(file, "utf8"));
    const { names, conversion, versions } = crd.spec;

    it(`${file} is small, short and fails closed`, () => {
      assert.ok(JSON.stringify(crd).length < MAX_BYTES);
      assert.ok(names.shortNames.every((name) => !BUILT_IN.has(name)));
      assert.deepEqual(names.categories, ["prism"]);
      if (versions.length > 1) assert.equal(conversion.strategy, "Webhook");
    });

    for (const { name, schema, subresources, additionalPrinterColumns } of versions) {
      it(`${file} ${name} has a status and columns`, () => {
        assert.ok(Object.hasOwn(subresources, "status"));
        const columns = additionalPrinterColumns.map((column) => column.name);
        for (const column of ["Phase", "Ready", "Age"]) assert.ok(columns.includes(column));
      });

      it(`${file} ${name} describes and bounds every field, and defaults nothing but enabled`, () => {
        const faults: string[] = [];
        inspect(schema.openAPIV3Schema, "", faults);
        assert.deepEqual(faults, []);
      });
    }
  }
});

/** Metadata may say nothing but the bounds of a name. */
function inspect(schema: Schema, path: string, faults: string[]): void {
  if (path !== ".metadata" && typeof schema["description"] !== "string")
    faults.push(`${path}: no description`);
  if (Object.hasOwn(schema, "default") && !path.endsWith(".enabled"))
    faults.push(`${path}: default`);
  for (const bound of missingBounds(schema)) faults.push(`${path}: no ${bound}`);
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    inspect(child, `${path}.${name}`, faults);
  }
  if (schema.items) inspect(schema.items, `${path}[]`, faults);
  if (schema.additionalProperties) inspect(schema.additionalProperties, `${path}{}`, faults);
}

function missingBounds(schema: Schema): readonly string[] {
  const isNumberOrText = schema["x-kubernetes-int-or-string"] === true;
  const types = isNumberOrText ? ["integer", "string"] : [schema.type ?? ""];
  const bounds = types.flatMap((type) => BOUNDS.get(type) ?? []);
  const all = schema.additionalProperties ? [...bounds, "maxProperties"] : bounds;
  return all.filter((bound) => !isBounded(schema, bound));
}

const BOUNDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["integer", ["minimum", "maximum"]],
  ["string", ["maxLength"]],
  ["array", ["maxItems", "x-kubernetes-list-type"]],
  ["number", ["type without floats"]],
]);

function isBounded(schema: Schema, bound: string): boolean {
  if (bound === "maxLength" && schema.enum !== undefined) return true;
  const value = schema[bound];
  return typeof value === "number" ? Math.abs(value) <= MAX_INTEGER : value !== undefined;
}
