import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** A node of a CRD's schema, as far as the tests look at it. */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly [keyword: string]: unknown;
}

interface Crd {
  readonly spec: {
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

const crd: Crd = parse(readFileSync("crds/prism.io_prismclusters.yaml", "utf8"));

/** The schema of a version of PrismCluster. */
export function schemaOf(version: string): Schema {
  const found = crd.spec.versions.find(({ name }) => name === version);
  if (found === undefined) throw new Error(`no version ${version}`);
  return found.schema.openAPIV3Schema;
}
