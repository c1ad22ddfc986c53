/** Whether the operator works and is of the same release as this prismctl, and whether its objects are well. */
import type { KubeObject } from "../../domain/kube-object.ts";
import { operatorState } from "../cluster/operator-state.ts";
import { prismObjects, type World } from "../cluster/world.ts";
import { type Cause, fixOf, rootsOf } from "../why/cause.ts";
import { causesOf, operatorCause } from "../why/causes-of.ts";
import { type Finding, pass, problem } from "./finding.ts";

/** Lease and replicas. */
export function operatorFindings(world: World, namespace?: string): readonly Finding[] {
  const state = operatorState(world, namespace);
  const subject = state.namespace === undefined ? "Operator" : `Operator in ${state.namespace}`;
  const { reason, message } = state;
  if (state.state === "unknown") {
    return [problem("unknown", "operator", subject, { reason, message })];
  }
  if (state.state === "gone") {
    const cause = operatorCause(world, state);
    return [
      problem("fail", "operator", subject, { reason, message: cause.message, fix: fixOf(cause) }),
    ];
  }
  const { deployment } = state;
  if (deployment !== undefined && !deployment.health.ready) {
    const told = `${message}, but ${deployment.health.message ?? "not every replica is ready"}`;
    const found = { reason: deployment.health.reason ?? "NotReady", message: told };
    return [problem("warn", "operator", subject, found)];
  }
  return [pass("operator", subject, message)];
}

/** Client against server. */
export function skewFindings(world: World, namespace?: string): readonly Finding[] {
  const { version } = operatorState(world, namespace);
  const subject = "prismctl and operator";
  if (version === undefined) {
    const message = "the operator's version is not known";
    return [problem("unknown", "versions", subject, { reason: "NotReadable", message })];
  }
  const skew = skewOf(world.clientVersion, version);
  const both = `prismctl ${world.clientVersion}, operator ${version}`;
  if (skew === "same") return [pass("versions", subject, both)];
  const found = {
    reason: "VersionSkew",
    message: `${both}: ${skew}`,
    fix: "use the prismctl of the operator's release: what it says of defaults and rules may differ",
  };
  return [problem("warn", "versions", subject, found)];
}

/** How far two releases are from each other; patches do not count. */
export function skewOf(client: string, server: string): "same" | "a minor apart" | "far apart" {
  const [a, b] = [client, server].map((text) => /^v?(\d+)\.(\d+)/.exec(text));
  if (!a || !b) return client === server ? "same" : "far apart";
  if (a[1] !== b[1]) return "far apart";
  const distance = Math.abs(Number(a[2]) - Number(b[2]));
  if (distance === 0) return "same";
  return distance === 1 ? "a minor apart" : "far apart";
}

/** What keeps our objects from being ready: the ends of their chains of causes. */
export function objectFindings(world: World): readonly Finding[] {
  return prismObjects(world).flatMap((object) => findingsOf(world, object));
}

function findingsOf(world: World, object: KubeObject): readonly Finding[] {
  const { namespace = "", name } = object.metadata;
  const subject = `${object.kind} ${namespace}/${name}`;
  // That no operator is at work is said once, not for each object.
  const causes = causesOf(world, object).filter(({ subject: about }) => about !== "Operator");
  if (causes.length === 0) return [pass("objects", subject, "is as its spec says")];
  return causes.flatMap((chain) =>
    rootsOf([chain]).map((root) => rootFinding(object, chain, root)),
  );
}

function rootFinding(object: KubeObject, chain: Cause, root: Cause): Finding {
  const { namespace = "", name } = object.metadata;
  const isWish = root.reason === "Paused" || root.reason === "Deleting";
  const about = root.subject === `${object.kind} ${name}` ? "" : `${root.subject}: `;
  const where = root.field === undefined ? "" : ` (${root.field})`;
  const message = `${about}${root.message}${where}`;
  return problem(isWish ? "warn" : "fail", "objects", `${object.kind} ${namespace}/${name}`, {
    reason: root.reason,
    message,
    fix: root.fix ?? fixOf(chain),
  });
}
