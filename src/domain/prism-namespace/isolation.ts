import type { PrismNamespace } from "../../api/prism-namespace-v1alpha2.ts";
import type { Finding } from "../condition.ts";
import { asksForLogin } from "../prism-cluster/children/credentials.ts";
import type { NamedBackend } from "../prism-cluster/children/stack.ts";
import {
  isIsolated,
  isSeparable,
  keyPrefix,
  subjectPrefix,
  type Tenant,
  tenantLogin,
  tenantOf,
} from "../prism-cluster/tenants/tenant.ts";
import type { RenderFacts } from "../render-facts.ts";
import { type FindingSet, isFalse, isTrue } from "../standing.ts";
import { hostOf, type Namespace, usedBy } from "./host.ts";

/** Whether every backend keeps the tenant apart, and by what. */
export function remarks(object: Namespace, facts: RenderFacts): FindingSet {
  return { Isolated: isolation(object, facts) };
}

function isolation(object: Namespace, facts: RenderFacts): Finding {
  if (!isIsolated(object)) return isFalse("Shared", "the tenant shares the cluster's runners");
  if (hostOf(object, facts.family) === undefined) {
    return { status: "Unknown", reason: "ClusterNotReady", message: "" };
  }
  const backends = usedBy(object, facts.family);
  const gaps = backends.flatMap((backend) => gapOf(backend, object));
  if (gaps.length > 0) return isFalse("BackendShared", gaps.join("; "));
  const tenant = tenantOf(object);
  return isTrue("OwnUsers", backends.map((backend) => scopeAt(backend, tenant)).join("; "));
}

/** Why a backend does not keep tenants apart, or who has to see to it. */
function gapOf(backend: NamedBackend, { metadata }: PrismNamespace): readonly string[] {
  const { name, type, spec } = backend;
  if (spec.external !== undefined) {
    const login = tenantLogin(metadata, name);
    return [`${name} runs elsewhere: whoever runs it limits the user in Secret ${login}`];
  }
  if (!isSeparable(type)) return [`${name}: ${type} is run without users`];
  return asksForLogin(backend)
    ? []
    : [`${name} asks nobody for a login: set auth in spec.backends.${name}`];
}

function scopeAt({ name, type }: NamedBackend, tenant: Tenant): string {
  const scope: Readonly<Record<string, string>> = {
    redis: `keys ${keyPrefix(tenant)}*`,
    nats: `subjects ${subjectPrefix(tenant)}>`,
    postgres: `schema ${tenant.user}`,
    minio: "a bucket of its own",
  };
  return `${name}: user ${tenant.user}, ${scope[type] ?? ""}`;
}
