import type { PrismCluster } from "../../../api/prism-cluster-v1alpha2.ts";
import type { PrismNamespace } from "../../../api/prism-namespace-v1alpha2.ts";
import type { ReferencedObject } from "../../render-facts.ts";
import { isIsolated, isSeparable, tenantLogin } from "../tenants/tenant.ts";
import { credentialsName, generatedKeys } from "./credentials.ts";
import { enabledBackends } from "./stack.ts";

/** Everything that `RenderFacts.value` will be asked for: what the controller has to read and to watch. */
export function referencedObjects(
  cluster: PrismCluster,
  namespaces: readonly PrismNamespace[] = [],
): readonly ReferencedObject[] {
  const names = [...backendSecrets(cluster), ...adminSecrets(cluster)];
  const secrets = names.map((name): ReferencedObject => ({ kind: "Secret", name }));
  const all = [...secrets, ...environmentSources(cluster)];
  const own = [...new Map(all.map((one) => [`${one.kind}/${one.name}`, one])).values()];
  return [...own, ...tenantLogins(cluster, namespaces)];
}

/** Logins of isolated tenants, which are made in the tenants' namespaces. */
function tenantLogins(
  { spec }: PrismCluster,
  namespaces: readonly PrismNamespace[],
): readonly ReferencedObject[] {
  const backends = enabledBackends(spec).filter(
    (backend) => isSeparable(backend.type) && generatedKeys(backend) !== undefined,
  );
  return namespaces.filter(isIsolated).flatMap(({ metadata }) =>
    backends.map(({ name }): ReferencedObject => {
      const { name: tenant, namespace = "" } = metadata;
      return { kind: "Secret", name: tenantLogin({ name: tenant }, name), namespace };
    }),
  );
}

function backendSecrets({ spec }: PrismCluster): readonly string[] {
  return enabledBackends(spec).flatMap((backend) => [
    ...(generatedKeys(backend) === undefined ? [] : [credentialsName(backend.name)]),
    ...(backend.spec.external?.secretRef === undefined
      ? []
      : [backend.spec.external.secretRef.name]),
  ]);
}

function adminSecrets({ spec }: PrismCluster): readonly string[] {
  const reference = spec.admin?.storage?.databaseSecretRef;
  return reference === undefined ? [] : [reference.name];
}

function environmentSources({ spec }: PrismCluster): readonly ReferencedObject[] {
  return (spec.patterns ?? []).flatMap(({ env = [] }) =>
    env.flatMap(({ valueFrom: { secretKeyRef, configMapKeyRef } = {} }): ReferencedObject[] => {
      if (secretKeyRef !== undefined) return [{ kind: "Secret", name: secretKeyRef.name }];
      if (configMapKeyRef === undefined) return [];
      return [{ kind: "ConfigMap", name: configMapKeyRef.name }];
    }),
  );
}
