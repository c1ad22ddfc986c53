import { isoOf } from "../../domain/prism-federation/status/member-status.ts";
import type { FederationObservation } from "../../domain/prism-federation/status/observation.ts";
import { previousStatus } from "../../domain/prism-federation/status/previous.ts";
import { statusOf } from "../../domain/prism-federation/status.ts";
import type { ApiFailure } from "../api-result.ts";
import { canonicalJson } from "../canonical-json.ts";
import { transitions } from "../reporter.ts";
import type { FederationContext } from "./federation-context.ts";

/** Stores the status when it differs from what the object carries, and tells people of transitions. */
export async function reportFederation(
  context: FederationContext,
  observation: FederationObservation,
  signal: AbortSignal,
): Promise<ApiFailure | undefined> {
  const { object, writer, events, observer, wallClock } = context;
  const status = statusOf(object, observation, isoOf(wallClock().getTime()));
  const { namespace = "", name } = object.metadata;
  observer.status({ namespace, name }, status);
  if (canonicalJson(status) === canonicalJson(object["status"] ?? {})) return undefined;
  const answer = await writer.report(object, status, signal);
  if (!answer.ok) return answer.failure;
  for (const event of transitions(previousStatus(object), status)) events(object, event);
  return undefined;
}
