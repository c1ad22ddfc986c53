import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { parseJson, valueAt } from "../control-plane/json-value.ts";
import type { MadeFile } from "./crd-template.ts";

const CHART = "deploy/chart/prism-operator";

/**
 * The names of the chart's values as a template, so that a misspelt one is refused with the names there are: what a JSON schema says of it names
 * nothing that is right. An empty map means that anything may stand there.
 */
export function knownValues(): MadeFile {
  const schema = parseJson(readFileSync(`${CHART}/values.schema.json`, "utf8"));
  const made =
    "{{- /* Made from values.schema.json by `npm run generate:deploy`. Do not edit. */}}\n";
  const names = stringify({ ...namesOf(schema), global: {} });
  return {
    path: `${CHART}/templates/_known-values.tpl`,
    text: `${made}{{- define "prism-operator.knownValues" -}}\n${names}{{- end -}}\n`,
  };
}

function namesOf(schema: unknown): Readonly<Record<string, object>> {
  const properties = Object.entries(Object(valueAt(schema, "properties")));
  return Object.fromEntries(properties.map(([name, property]) => [name, namesOf(property)]));
}
