import type { Findings } from "../../findings.ts";
import type { BackendType } from "../backend-type.ts";
import { isKafkaOwned } from "../kafka-settings.ts";
import { isMinioOwned } from "../minio-settings.ts";
import type { ClusterView } from "./cluster-view.ts";

/** Settings that a server could not be a member of its cluster with, or not be reached. */
export function checkOwnedSettings(cluster: ClusterView, findings: Findings): void {
  for (const { node, type, enabled, external } of cluster.backends.values()) {
    if (!enabled || external || !node.has("config")) continue;
    for (const [key, value] of node.at("config").entries()) {
      const reason = ownedBecause(type, key);
      if (reason !== undefined) findings.forbidden(value.path, reason, "owned-setting");
    }
  }
}

/** Why a setting is not the user's; undefined where it is. */
function ownedBecause(type: BackendType | undefined, key: string): string | undefined {
  if (type === "kafka" && isKafkaOwned(key)) {
    return "is set by the operator: it makes the brokers members of one cluster";
  }
  if (type === "minio" && isMinioOwned(key)) {
    return "stands in the Secret of credentials, by which others log in";
  }
  return undefined;
}
