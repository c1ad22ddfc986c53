import { Findings } from "../findings.ts";
import { JsonNode } from "../json-node.ts";
import type { JsonRecord } from "../json-object.ts";
import type { RuleContext } from "../kind.ts";
import { checkHostname } from "./rules/hostname.ts";
import { warnProbablyNotMeant } from "./rules/probably-not-meant.ts";
import { checkSameMember } from "./rules/same-member.ts";
import { checkTemplate } from "./rules/template.ts";
import { warnWhatIsRemoved } from "./rules/what-is-removed.ts";

/**
 * The rules that neither schema nor CEL can say, on a PrismFederation. The object may be invalid in any way: rules skip
 * what has the wrong type, since the schema reports that.
 */
export function rulesOf(object: JsonRecord, context: RuleContext): Findings {
  const findings = new Findings();
  const federation = JsonNode.root(object);
  const old = context.old && JsonNode.root(context.old);
  checkSameMember(federation, findings);
  checkTemplate(federation, old, context.judgeEmbedded, findings);
  checkHostname(federation, findings);
  warnWhatIsRemoved(federation, old, findings);
  warnProbablyNotMeant(federation, findings);
  return findings;
}
