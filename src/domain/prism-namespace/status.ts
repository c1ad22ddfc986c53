/** What a PrismNamespace's status says: a pure function of what a pass found, the status before and the time. */
import type { PrismNamespaceStatus } from "../../api/prism-namespace-v1alpha2.ts";
import { isRecord } from "../json-object.ts";
import { listAt } from "../json-read.ts";
import type { KubeObject } from "../kube-object.ts";
import type { Observation, Reconciled } from "../observation.ts";
import { type ComponentState, componentStatus } from "../prism-cluster/status/components.ts";
import { tally } from "../prism-cluster/status/findings.ts";
import { dependence, memberDeadlineMs } from "../prism-cluster/status/member.ts";
import {
  type MemberStatusKind,
  memberStatusOf,
  textsOf,
} from "../prism-cluster/status/member-status.ts";
import { isComponent } from "../prism-cluster/status/previous.ts";
import { isPrismNamespace, quotaOf } from "../prism-cluster/tenants/tenant.ts";

type Shown = Pick<PrismNamespaceStatus, "cluster" | "readyPatterns" | "patternStatus" | "quota">;

const NAMESPACE: MemberStatusKind<Shown> = {
  conditionTypes: [
    "Ready",
    "Accepted",
    "ClusterReady",
    "Isolated",
    "Reconciling",
    "Stalled",
    "ConfigValid",
    "Paused",
  ],
  outside: (pass, states) => ({ ...dependence(pass, states), ...pass.remarks }),
  shown,
  shownBefore,
};

/** The next status of an object; see `memberStatusOf`. */
export function statusOf(
  object: KubeObject,
  observation: Observation,
  nowIso: string,
): PrismNamespaceStatus {
  return memberStatusOf(NAMESPACE, object, observation, nowIso);
}

/** When runners that do not get ready have had their time; milliseconds since 1970. */
export function nextDeadlineMs(status: PrismNamespaceStatus): number | undefined {
  return memberDeadlineMs(status);
}

/** The tenant's runners and quota, as people read them. */
function shown(object: KubeObject, _: Reconciled, states: readonly ComponentState[]): Shown {
  if (!isPrismNamespace(object)) return {};
  const { cluster, clusterNamespace } = object.spec;
  const quota = quotaOf(object.spec);
  const { ready, count } = tally(states);
  const runners = states.filter(({ component }) => component.kind === "pattern");
  const isElsewhere =
    clusterNamespace !== undefined && clusterNamespace !== object.metadata.namespace;
  return {
    cluster: isElsewhere ? `${clusterNamespace}/${cluster}` : cluster,
    readyPatterns: `${ready}/${count}`,
    patternStatus: runners.map(componentStatus),
    ...(Object.keys(quota).length === 0 ? {} : { quota }),
  };
}

function shownBefore({ status }: KubeObject): Shown {
  if (!isRecord(status)) return {};
  const { quota } = status;
  return {
    ...textsOf(status, ["cluster", "readyPatterns"]),
    patternStatus: listAt(status, "patternStatus").filter(isComponent),
    ...(isRecord(quota) ? { quota } : {}),
  };
}
