import type { PrismNamespace } from "../../api/prism-namespace-v1alpha2.ts";
import type { GeneratedSecret } from "../child.ts";
import type { Family } from "../family.ts";
import type { MissingSecret } from "../missing-secret.ts";
import { asksForLogin } from "../prism-cluster/children/credentials.ts";
import { missingOf } from "../prism-cluster/children/missing-secrets.ts";
import { labelsOf, type Part } from "../prism-cluster/children/part.ts";
import { referencedObjects as referencedByCluster } from "../prism-cluster/children/referenced-objects.ts";
import type { NamedBackend } from "../prism-cluster/children/stack.ts";
import { isIsolated, isSeparable, tenantLogin, tenantOf } from "../prism-cluster/tenants/tenant.ts";
import type { ReferencedObject, RenderFacts } from "../render-facts.ts";
import { homeOf, hostOf, type Namespace, patternsIn, rendered, usedBy } from "./host.ts";

/** Logins of the tenant, and sources of its runners' variables. */
export function referencedObjects(object: Namespace, family: Family): readonly ReferencedObject[] {
  const cluster = hostOf(object, family);
  if (cluster === undefined || !isIsolated(object)) return [];
  const patterns = patternsIn(cluster, object, family);
  const sources = referencedByCluster({ ...cluster, spec: { patterns } });
  const logins = usedBy(object, family)
    .filter(needsLogin)
    .map(
      ({ name }): ReferencedObject => ({
        kind: "Secret",
        name: tenantLogin(object.metadata, name),
      }),
    );
  return [...sources, ...logins];
}

function needsLogin(backend: NamedBackend): boolean {
  const { external } = backend.spec;
  return external === undefined ? asksForLogin(backend) : external.secretRef !== undefined;
}

/** A login at each backend that can keep the tenant apart. It goes with the tenant. */
export function generatedSecrets(object: Namespace, family: Family): readonly GeneratedSecret[] {
  const home = homeOf(object, family);
  const cluster = home.kind === "found" ? home.cluster.metadata.name : "";
  return usedBy(object, family)
    .filter(isKept)
    .map((backend): GeneratedSecret => {
      const name = tenantLogin(object.metadata, backend.name);
      const { user } = tenantOf(object);
      const password = { make: "password" } as const;
      const login = { make: "fixed", value: user } as const;
      const part = tenantPart(object);
      return {
        name,
        component: part.component,
        keys:
          backend.type === "minio"
            ? { accessKey: login, secretKey: password }
            : { username: login, password },
        labels: { ...labelsOf(cluster, part), "prism.io/tenant": object.metadata.name },
        goesWithOwner: true,
      };
    });
}

/** Whether the operator keeps a user of the tenant in the servers of a backend. */
function isKept(backend: NamedBackend): boolean {
  return backend.spec.external === undefined && isSeparable(backend.type) && asksForLogin(backend);
}

/** What belongs to the tenant as a whole. */
export function tenantPart({ metadata: { name } }: PrismNamespace): Part {
  return {
    name: `prism-tenant-${name}`,
    program: "prism",
    stage: "config",
    component: { kind: "shared" },
  };
}

/** Logins that are not there yet. */
export function missingSecrets(object: Namespace, facts: RenderFacts): readonly MissingSecret[] {
  const found = isIsolated(object) ? rendered(object, facts) : undefined;
  if (found === undefined) return [];
  return missingOf(found.stack).filter(({ components }) =>
    components.some(({ kind }) => kind === "pattern"),
  );
}
