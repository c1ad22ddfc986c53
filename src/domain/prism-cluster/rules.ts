import { Findings } from "../findings.ts";
import type { JsonRecord } from "../json-object.ts";
import type { RuleContext } from "../kind.ts";
import { checkBackendReferences } from "./rules/backend-references.ts";
import { warnBackendShape } from "./rules/backend-shape.ts";
import { checkChildNames } from "./rules/child-names.ts";
import { viewCluster } from "./rules/cluster-view.ts";
import { checkContainerResources } from "./rules/container-resources.ts";
import { checkConversionLimits } from "./rules/conversion-limits.ts";
import { warnDataLeftBehind } from "./rules/data-left-behind.ts";
import { checkKafkaConfig } from "./rules/kafka-config.ts";
import { checkOneCluster } from "./rules/one-cluster.ts";
import { checkOwnedSettings } from "./rules/owned-settings.ts";
import { checkPlainCredentials } from "./rules/plain-credentials.ts";
import { warnPrismPrograms } from "./rules/prism-programs.ts";
import { warnProbablyNotMeant } from "./rules/probably-not-meant.ts";
import { checkReplication } from "./rules/replication.ts";
import { checkVersionChanges } from "./rules/version-change.ts";

/**
 * The rules that neither schema nor CEL can say, on a defaulted PrismCluster of the hub version. The object may be
 * invalid in any way: rules skip what has the wrong type, since the schema reports that.
 */
export function rulesOf(object: JsonRecord, context: RuleContext): Findings {
  const findings = new Findings();
  const cluster = viewCluster(object);
  const old = context.old && viewCluster(context.old);
  checkBackendReferences(cluster, findings);
  warnBackendShape(cluster, findings);
  warnDataLeftBehind(cluster, old, findings);
  checkChildNames(cluster, context.neighbours ?? [], findings);
  checkContainerResources(cluster, findings);
  checkConversionLimits(cluster, object, context.bytes, findings);
  checkKafkaConfig(cluster, findings);
  checkOneCluster(cluster, context.neighbours ?? [], findings);
  checkOwnedSettings(cluster, findings);
  checkPlainCredentials(cluster, findings);
  checkReplication(cluster, findings);
  checkVersionChanges(cluster, old, findings);
  warnPrismPrograms(cluster, findings);
  warnProbablyNotMeant(cluster, old, context.version, findings);
  return findings;
}
