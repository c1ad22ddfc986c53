/** Names that a shell may offer because the kubeconfig or the cluster has them. Silent where there is none: a shell shows no errors. */
import type { Resource } from "../../controller/resource.ts";
import { clusterOf } from "./cluster.ts";
import type { CandidateSession } from "./option.ts";

/** Longer than this nobody waits for a tab key. */
const PATIENCE_MS = 2_000;
const MOST_NAMES = 500;

/** Names of a resource's objects; of namespaced ones, those in the namespace that was typed or is the context's. */
export function objectNames(
  resource: Resource,
  scope: "namespace" | "cluster" = "namespace",
): (session: CandidateSession) => Promise<readonly string[]> {
  return async ({ options, environment }) => {
    const { kubeconfig, context, namespace } = options;
    try {
      const target = await clusterOf({ kubeconfig, context, namespace }, { environment });
      const { Transport } = await import("../../kube/transport.ts");
      const { collectionPath } = await import("../../kube/resource-path.ts");
      const transport = new Transport(target.credentials, "prismctl");
      const within = scope === "namespace" ? target.namespace : undefined;
      const path = `${collectionPath(resource, within)}?limit=${MOST_NAMES}`;
      const answer = await transport.call(
        { method: "GET", path, accept: METADATA, timeoutMs: PATIENCE_MS },
        AbortSignal.timeout(PATIENCE_MS),
      );
      transport.close();
      return answer.ok ? namesIn(answer.value, "items", (item) => field(item, "metadata")) : [];
    } catch {
      return [];
    }
  };
}

const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** Names of namespaces. */
export const namespaceNames = objectNames(
  { group: "", version: "v1", plural: "namespaces", kind: "Namespace" },
  "cluster",
);

/** Names of the kubeconfig's contexts. */
export async function contextNames({
  options,
  environment,
}: CandidateSession): Promise<readonly string[]> {
  const [{ readFile }, { homedir }, { parse }] = await Promise.all([
    import("node:fs/promises"),
    import("node:os"),
    import("yaml"),
  ]);
  const files = options["kubeconfig"] ?? (environment["KUBECONFIG"] || `${homedir()}/.kube/config`);
  const names = await Promise.all(
    files.split(":").map(async (file) => {
      const config: unknown = await readFile(file, "utf8").then(
        (content): unknown => parse(content),
        () => undefined,
      );
      return namesIn(config, "contexts", (context) => context);
    }),
  );
  return names.flat();
}

function namesIn(value: unknown, list: string, named: (item: unknown) => unknown): string[] {
  const items = field(value, list);
  return (Array.isArray(items) ? items : [])
    .map((item) => field(named(item), "name"))
    .filter((name) => typeof name === "string");
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
