import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { textAt, valueAt } from "../control-plane/json-value.ts";
import type { MadeFile } from "./crd-template.ts";
import { run } from "./helm.ts";

const CHART = "deploy/chart/prism-operator";
const PLAIN = { aliasDuplicateObjects: false, lineWidth: 0 } as const;
const MADE = "# Made from the Helm chart by `npm run generate:deploy`. Do not edit.\n";
/** What only Helm reads. */
const HELM_LABELS = ["helm.sh/chart", "app.kubernetes.io/managed-by"];
const HELM_ANNOTATIONS = ["helm.sh/resource-policy"];

const NAMESPACE = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: "prism-system",
    labels: {
      "app.kubernetes.io/part-of": "prism",
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/warn": "restricted",
    },
  },
};

/**
 * Which file of the kustomize base an object goes to. Folders and their order are those of the source's development workflow: `crd/bases`, `rbac/`,
 * `manager/manager.yaml`, each applied after the one before, with no step between them.
 */
const PLACES: readonly { readonly file: string; readonly kinds: RegExp }[] = [
  // Files of a folder are applied by their names: the namespace comes before what lies in it.
  { file: "rbac/namespace.yaml", kinds: /^Namespace$/ },
  {
    file: "rbac/rbac.yaml",
    kinds: /^(ServiceAccount|ClusterRole|ClusterRoleBinding|Role|RoleBinding)$/,
  },
  {
    file: "manager/manager.yaml",
    kinds:
      /^(ConfigMap|Deployment|Service|PodDisruptionBudget|NetworkPolicy|(Mutating|Validating)(WebhookConfiguration|AdmissionPolicy.*))$/,
  },
];

/** The plain manifest and the kustomize base, from the chart with its default values. Throws when Helm refuses. */
export async function manifests(helm: string): Promise<readonly MadeFile[]> {
  const objects = [NAMESPACE, ...(await renderedObjects(helm))];
  const crds = globSync("crds/*.yaml")
    .toSorted()
    .map((path) => ({ name: basename(path), text: readFileSync(path, "utf8") }));
  const base = PLACES.map(({ file, kinds }) => ({
    path: `deploy/kustomize/${file}`,
    text: documents(objects.filter((object) => kinds.test(textAt(object, "kind")))),
  }));
  const placed = base.flatMap(({ text }) => parseAllDocuments(text)).length;
  if (placed !== objects.length) throw new Error("a kind of the chart has no place in PLACES");
  return [
    {
      path: "deploy/prism-operator.yaml",
      text: [
        documents([NAMESPACE]),
        ...crds.map(({ text }) => text),
        documents(objects.slice(1)),
      ].join("---\n"),
    },
    ...crds.map(({ name, text }) => ({ path: `deploy/kustomize/crd/bases/${name}`, text })),
    ...base,
    ...kustomizations(crds.map(({ name }) => `bases/${name}`)),
  ];
}

/** Every object of the chart but CRDs, hooks and tests. */
async function renderedObjects(helm: string): Promise<readonly unknown[]> {
  const args = ["template", "prism-operator", CHART, "--namespace", "prism-system"];
  const values = ["--set", "crds.install=false", "--no-hooks", "--skip-tests"];
  const { code, stdout, stderr } = await run(helm, [...args, ...values]);
  if (code !== 0) throw new Error(`helm template: ${stderr}`);
  return parseAllDocuments(stdout)
    .map((document): unknown => document.toJS())
    .filter((object) => object !== null)
    .map(withoutHelm);
}

function withoutHelm(object: unknown): unknown {
  const { metadata, ...rest } = Object(object);
  const labels = without(valueAt(metadata, "labels"), HELM_LABELS);
  const annotations = without(valueAt(metadata, "annotations"), HELM_ANNOTATIONS);
  const { apiVersion, kind, ...body } = rest;
  const kept = { ...metadata, labels, ...(annotations === undefined ? {} : { annotations }) };
  return { apiVersion, kind, metadata: kept, ...body };
}

function without(map: unknown, names: readonly string[]): object | undefined {
  if (map === undefined) return undefined;
  const kept = Object.entries(Object(map)).filter(([name]) => !names.includes(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function documents(objects: readonly unknown[]): string {
  return MADE + objects.map((object) => stringify(object, PLAIN)).join("---\n");
}

function kustomizations(crds: readonly string[]): readonly MadeFile[] {
  const folders = {
    crd: crds,
    rbac: ["namespace.yaml", "rbac.yaml"],
    manager: ["manager.yaml"],
    base: ["../crd", "../rbac", "../manager"],
  };
  return Object.entries(folders).map(([folder, resources]) => ({
    // Without an ending, which kustomize knows too, `kubectl apply -f` of the folder leaves it out.
    path: `deploy/kustomize/${folder}/Kustomization`,
    text:
      MADE +
      stringify({
        apiVersion: "kustomize.config.k8s.io/v1beta1",
        kind: "Kustomization",
        resources,
      }),
  }));
}
