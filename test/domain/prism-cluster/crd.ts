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

/** The schema of a version of PrismCluster, or of another kind of ours by its plural. */
export function schemaOf(version: string, plural = "prismclusters"): Schema {
  const crd: Crd = parse(readFileSync(`crds/prism.io_${plural}.yaml`, "utf8"));
  const found = crd.spec.versions.find(({ name }) => name === version);
  if (found === undefined) throw new Error(`no version ${version}`);
  return found.schema.openAPIV3Schema;
}
