/** Volumes that outlived their servers: whether what is asked for now can start on them. */
import type { Component } from "../../child.ts";
import type { DataMark } from "../../data-mark.ts";
import { isBackendType } from "../backend-type.ts";
import { MIGRATION, membersFit, PRODUCT, readingOf } from "../data-compatibility.ts";
import { ADMIN } from "./admin-part.ts";
import { enabledBackends, membersOf, type NamedBackend, type Stack } from "./stack.ts";

/** A component whose volumes hold what it cannot read, and what to do. */
export interface UnreadableData {
  readonly component: Component;
  readonly message: string;
}

/** The components that must not start on the volumes that are there: at most one message each. */
export function unreadableData(stack: Stack): readonly UnreadableData[] {
  const backends = enabledBackends(stack.spec)
    .filter(({ spec }) => spec.external === undefined)
    .flatMap((backend) => {
      const members = membersOf(backend);
      const fault = firstFault(stack, backend.name, members, (claim, mark) =>
        backendFault(backend, members, claim, mark),
      );
      return fault === undefined
        ? []
        : [{ component: { kind: "backend", name: backend.name } as const, message: fault }];
    });
  return [...backends, ...adminData(stack)];
}

function adminData(stack: Stack): readonly UnreadableData[] {
  const { replicas = 1, storage } = stack.spec.admin ?? {};
  if (storage?.type === "postgres") return [];
  const message = firstFault(stack, ADMIN.name, replicas, (claim, { members }) =>
    members === replicas ? undefined : membersMessage(claim, ADMIN.name, members, FIXED),
  );
  return message === undefined ? [] : [{ component: ADMIN.component, message }];
}

/** Volumes of members that are not asked for may be of any age: only those that would be used count. */
function firstFault(
  stack: Stack,
  workload: string,
  members: number,
  faultOf: (claim: string, mark: DataMark) => string | undefined,
): string | undefined {
  for (const { claim, ordinal, mark } of stack.facts.dataMarks(workload)) {
    const fault = ordinal < members ? faultOf(claim, mark) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function backendFault(
  { type, spec }: NamedBackend,
  members: number,
  claim: string,
  mark: DataMark,
): string | undefined {
  if (mark.type !== type) {
    const product = isBackendType(mark.type) ? PRODUCT[mark.type] : mark.type;
    return `volume ${claim} holds data of ${product}; set type ${mark.type}, or use another name, or delete the volume claim`;
  }
  const { version: was } = mark;
  const reading =
    spec.version === undefined || was === undefined
      ? "unknown"
      : readingOf(type, spec.version, was);
  if (reading === "older" || reading === "other-major") {
    return `volume ${claim} holds data of ${PRODUCT[type]} ${was}; set version ${was}, or migrate (${MIGRATION[type]}), or delete the volume claim`;
  }
  if (membersFit(type, members, mark.members)) return undefined;
  const why = type === "nats" ? "the rest would have no majority" : FIXED;
  return membersMessage(claim, PRODUCT[type], mark.members, why);
}

const FIXED = "their number is fixed";

function membersMessage(claim: string, product: string, members: number, why: string): string {
  const count = `${members} ${members === 1 ? "member" : "members"}`;
  return `volume ${claim} is of ${count} of ${product}: ${why}; set replicas ${members}, or move the data and delete the volume claims`;
}
