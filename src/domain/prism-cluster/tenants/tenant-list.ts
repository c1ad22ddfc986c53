import type { PrismNamespace } from "../../../api/prism-namespace-v1alpha2.ts";
import type { Child } from "../../child.ts";
import type { KubeObject } from "../../kube-object.ts";
import { configMap } from "../children/config-data.ts";
import type { Mount } from "../children/pod.ts";
import { SHARED } from "../children/service-account.ts";
import type { Stack } from "../children/stack.ts";
import { quotaOf } from "./tenant.ts";

const NAME = "prism-tenants";
/** Where proxies and the cluster's runners find the list. */
export const TENANTS_PATH = "/etc/prism-tenants";

/** The list as a mounted file. It may be missing, and a change of it restarts nothing: the kubelet renews the file. */
export const tenantsMount: Mount = {
  name: "tenants",
  path: TENANTS_PATH,
  readOnly: true,
  source: { configMap: { name: NAME, defaultMode: 0o644, optional: true } },
};

/** What proxies and runners are told of tenants: who may use which patterns, and how much. None where there is no tenant. */
export function tenantList(
  stack: Stack,
  namespaces: readonly (KubeObject & PrismNamespace)[],
): readonly Child[] {
  const tenants = namespaces
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, spec }) => ({
      namespace: metadata.name,
      kubernetesNamespace: metadata.namespace ?? "",
      isolation: spec.isolation ?? "none",
      patterns: [...(spec.patterns ?? [])].toSorted(),
      quota: quotaOf(spec),
    }));
  if (tenants.length === 0) return [];
  const text = `${JSON.stringify({ tenants }, undefined, 2)}\n`;
  return [configMap(stack, SHARED, NAME, { "tenants.json": text })];
}
