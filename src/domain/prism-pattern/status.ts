/** What a PrismPattern's status says: a pure function of what a pass found, the status before and the time. */
import type { PrismPatternStatus } from "../../api/prism-pattern-v1beta1.ts";
import type { Finding } from "../condition.ts";
import { isRecord } from "../json-object.ts";
import type { KubeObject } from "../kube-object.ts";
import type { Observation, Reconciled } from "../observation.ts";
import { type ComponentState, componentStatus } from "../prism-cluster/status/components.ts";
import { dependence, memberDeadlineMs } from "../prism-cluster/status/member.ts";
import {
  type MemberStatusKind,
  memberStatusOf,
  textsOf,
} from "../prism-cluster/status/member-status.ts";
import { isComponent } from "../prism-cluster/status/previous.ts";
import { isFalse, isTrue } from "../standing.ts";

type Shown = Pick<PrismPatternStatus, "cluster" | "readyPods" | "selector" | "runner">;

const PATTERN: MemberStatusKind<Shown> = {
  conditionTypes: [
    "Ready",
    "Accepted",
    "ClusterReady",
    "Available",
    "Reconciling",
    "Stalled",
    "ConfigValid",
    "Paused",
  ],
  outside: (pass, states) => ({ ...dependence(pass, states), Available: availability(states) }),
  shown,
  shownBefore,
};

/** The next status of an object; see `memberStatusOf`. */
export function statusOf(
  object: KubeObject,
  observation: Observation,
  nowIso: string,
): PrismPatternStatus {
  return memberStatusOf(PATTERN, object, observation, nowIso);
}

/** When a runner that does not get ready has had its time; milliseconds since 1970. */
export function nextDeadlineMs(status: PrismPatternStatus): number | undefined {
  return memberDeadlineMs(status);
}

function availability(states: readonly ComponentState[]): Finding {
  const [runner] = states;
  const { desired = 0, available = 0 } = runner?.workload ?? {};
  const serves = runner !== undefined && (available > 0 || (desired === 0 && runner.ready));
  return serves ? isTrue("Serving", "") : isFalse("NotServing", "no pod is available");
}

/** The runner as an inline pattern is shown; without children there is none to show. */
function shown(object: KubeObject, pass: Reconciled, [state]: readonly ComponentState[]): Shown {
  const first = pass.children[0]?.child.object.metadata;
  if (state === undefined || first === undefined) return {};
  const runner = componentStatus(state);
  const cluster = first.labels?.["prism.io/cluster"];
  return {
    runner,
    readyPods: `${runner.availableReplicas ?? 0}/${runner.replicas ?? 0}`,
    selector: `app=${object.metadata.name}-runner`,
    ...(cluster === undefined ? {} : { cluster }),
  };
}

function shownBefore({ status }: KubeObject): Shown {
  if (!isRecord(status)) return {};
  const { runner } = status;
  const texts = textsOf(status, ["cluster", "readyPods", "selector"]);
  return { ...texts, ...(isComponent(runner) ? { runner } : {}) };
}
