import type { PrismCluster } from "../../../api/prism-cluster-v1alpha2.ts";
import type { GeneratedSecret } from "../../child.ts";
import type { Valid } from "../../validator.ts";
import { backendPart } from "./backend-part.ts";
import { credentialsName, generatedKeys } from "./credentials.ts";
import { labelsOf } from "./part.ts";
import { enabledBackends } from "./stack.ts";

/**
 * Secrets that are made once and never rewritten: logins, and the id of a Kafka cluster. They are created before
 * anything is rendered, carry no owner reference and outlive their backend as its volumes do (REC-7).
 */
export function generatedSecrets(cluster: Valid<PrismCluster>): readonly GeneratedSecret[] {
  return enabledBackends(cluster.spec).flatMap((backend) => {
    const keys = generatedKeys(backend);
    if (keys === undefined) return [];
    const part = backendPart(backend);
    return [
      {
        name: credentialsName(backend.name),
        component: part.component,
        keys,
        labels: { ...labelsOf(cluster.metadata.name, part), "prism.io/retained": "true" },
      },
    ];
  });
}
