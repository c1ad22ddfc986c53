import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse, stringify } from "yaml";
import { listAt, textAt, valueAt } from "../control-plane/json-value.ts";

/** A file that is made from others: path from the root of the repository, and its text. */
export interface MadeFile {
  readonly path: string;
  readonly text: string;
}

const TEMPLATES = "deploy/chart/prism-operator/templates";
const MADE = "{{- /* Made from crds/ by `npm run generate:deploy`. Do not edit. */}}\n";
const LABELS = `  labels:
    {{- include "prism-operator.labels" . | nindent 4 }}
`;
const ANNOTATIONS = `  {{- if .Values.crds.keep }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
`;
/** Of a CRD that is converted: its conversion webhook has a caBundle, which somebody injects. */
const CONVERTED_ANNOTATIONS = `  {{- $injection := include "prism-operator.injectionAnnotations" . }}
  {{- if or .Values.crds.keep $injection }}
  annotations:
    {{- if .Values.crds.keep }}
    helm.sh/resource-policy: keep
    {{- end }}
    {{- with $injection }}
    {{- . | nindent 4 }}
    {{- end }}
  {{- end }}
`;
/** `crds/` names the Service of a plain install; in the chart it is that of the release. */
const SERVICE = "service: {namespace: prism-system, name: prism-operator-webhook, ";
const SERVICE_OF_RELEASE =
  'service: {namespace: {{ .Release.Namespace }}, name: {{ include "prism-operator.webhookService" . }}, ';

/** The CRDs as templates, and what the other templates need to know of them. Throws when the chart cannot carry one. */
export function crdTemplates(folder: string): readonly MadeFile[] {
  const crds = globSync(`${folder}/*.yaml`)
    .toSorted()
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
  if (crds.length === 0) throw new Error(`there is no CRD in ${folder}`);
  const templates = crds.map(({ path, text }) => ({
    path: `${TEMPLATES}/crds/${basename(path)}`,
    text: template(path, text),
  }));
  const kinds = crds.map(({ text }) => kindOf(parse(text))).join("");
  const list = `${MADE}{{- define "prism-operator.kinds" -}}\n${kinds}{{- end -}}\n`;
  return [...templates, { path: `${TEMPLATES}/crds/_kinds.tpl`, text: list }];
}

function template(path: string, text: string): string {
  const crd: unknown = parse(text);
  const name = `metadata:\n  name: ${textAt(crd, "metadata", "name")}\n`;
  // Text of a description that Helm would read as a template.
  const safe = text.replaceAll("{{", '{{ "{{" }}');
  const client = valueAt(crd, "spec", "conversion", "webhook", "clientConfig");
  const annotations = client === undefined ? ANNOTATIONS : CONVERTED_ANNOTATIONS;
  const labelled = replaceOnce(path, safe, name, `${name}${LABELS}${annotations}`);
  if (valueAt(client, "caBundle") !== undefined) throw new Error(`${path} has a caBundle`);
  const body =
    client === undefined ? labelled : replaceOnce(path, labelled, SERVICE, SERVICE_OF_RELEASE);
  return `${MADE}{{- if .Values.crds.install }}\n${body.trimEnd()}\n{{- end }}\n`;
}

function replaceOnce(path: string, text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (parts.length === 2) return parts.join(to);
  throw new Error(`${path} has ${parts.length - 1} times, not once: ${from}`);
}

/** What roles, webhooks and policies say of a kind: a new CRD is in all of them. */
function kindOf(crd: unknown): string {
  const hub = listAt(crd, "spec", "versions").find(
    (version) => valueAt(version, "storage") === true,
  );
  const spec = valueAt(hub, "schema", "openAPIV3Schema", "properties", "spec", "properties");
  const facts = {
    plural: textAt(crd, "spec", "names", "plural"),
    hubVersion: textAt(hub, "name"),
    isProtected: valueAt(spec, "deletionProtection") !== undefined,
  };
  return stringify([facts]);
}
