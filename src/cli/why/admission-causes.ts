/** Why a write would be refused: by the rules, by a right, or because a webhook cannot be asked. */

import { trustFindings } from "../check/trust-findings.ts";
import { isWebhookFailure, webhookFault } from "../check/webhook-error.ts";
import { webhookFindings } from "../check/webhook-findings.ts";
import type { DryRun, World } from "../cluster/world.ts";
import type { Cause } from "./cause.ts";

/** The cause of a dry run that was not accepted; undefined when it was. */
export function refusalCause(world: World, run: DryRun, subject: string): Cause | undefined {
  const { code, message, causes = [] } = run;
  if (code !== 0 && code < 400) return undefined;
  if (isWebhookFailure(code, message)) return webhookCause(world, subject, message);
  if (code === 403 && !/admission webhook/.test(message)) {
    const fix = "ask for the right, or let somebody apply it who has it";
    return { subject, reason: "Forbidden", message, fix, because: [] };
  }
  if (code === 404) {
    const fault = webhookFault("404 page not found");
    return { subject, reason: "NotServed", message, ...fixOf(fault?.fix), because: [] };
  }
  const because = causes
    .filter(({ field }) => field !== "<nil>")
    .map(({ field, reason, message: told }) => ({
      subject,
      field,
      reason,
      message: told,
      because: [],
    }));
  const told = because.length === 0 ? message : "the API server refuses it";
  return { subject, reason: "Refused", message: told, because };
}

/** A webhook that cannot be asked, with what its configuration, Service and certificate show. */
function webhookCause(world: World, subject: string, message: string): Cause {
  const fault = webhookFault(message);
  const seen = [...webhookFindings({ ...world, dryRuns: [] }), ...trustFindings(world)];
  const because = seen
    .filter(({ outcome }) => outcome === "fail")
    .map(({ subject: about, reason, message: told, fix }) => ({
      subject: about,
      reason,
      message: told,
      ...fixOf(fix),
      because: [],
    }));
  return {
    subject,
    reason: "WebhookUnreachable",
    message: `cannot be created or changed: ${fault?.meaning ?? "a webhook fails"} (${message})`,
    ...fixOf(fault?.fix),
    because:
      fault === undefined
        ? because
        : [
            {
              subject: "Webhook",
              reason: fault.reason,
              message: fault.meaning,
              fix: fault.fix,
              because,
            },
          ],
  };
}

function fixOf(fix: string | undefined): { readonly fix?: string } {
  return fix === undefined ? {} : { fix };
}
