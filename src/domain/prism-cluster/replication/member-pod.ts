/** What a pod of replicated servers has beside its server: its program, and where it is told who the primary is. */
import type { Child } from "../../child.ts";
import { RECORD_KEY, recordName, TOLD_ANNOTATION, TOLD_VOLUME } from "../../replication/record.ts";
import { peersName } from "../backends/server.ts";
import { configMap } from "../children/config-data.ts";
import type { Container } from "../children/container.ts";
import { configMapMount } from "../children/mounts.ts";
import type { Part } from "../children/part.ts";
import type { Mount } from "../children/pod.ts";
import { dnsName, type Stack } from "../children/stack.ts";
import { MEMBER_SCRIPT, PROGRAM_PATH, TOLD_PATH } from "./member-script.ts";

/** The parts of a member's pod. */
export interface MemberPod {
  readonly files: Readonly<Record<string, string>>;
  readonly child: Child;
  readonly mounts: readonly Mount[];
  readonly command: readonly string[];
  readonly env: NonNullable<Container["env"]>;
  readonly probes: NonNullable<Container["probes"]>;
}

/** A member whose program is `script`, the part for its type of server; `more` are files that the program reads. */
export function memberPod(
  stack: Stack,
  part: Part,
  script: string,
  more: Readonly<Record<string, string>> = {},
): MemberPod {
  const files = { ...more, "member.sh": script + MEMBER_SCRIPT };
  const name = `${part.name}-member`;
  const program = `${PROGRAM_PATH}/member.sh`;
  return {
    files,
    child: configMap(stack, part, name, files),
    mounts: [configMapMount("member", PROGRAM_PATH, name), toldMount(part)],
    command: ["sh", program, "run"],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "PEERS", value: dnsName(stack, peersName(part)) },
    ],
    probes: {
      readiness: {
        exec: { command: ["sh", program, "ready"] },
        periodSeconds: 3,
        timeoutSeconds: 3,
      },
      liveness: {
        exec: { command: ["sh", program, "alive"] },
        timeoutSeconds: 5,
        failureThreshold: 6,
      },
    },
  };
}

/** A new pod finds the record in the ConfigMap; an annotation of the pod reaches it at once, a ConfigMap within a minute or so. */
function toldMount(part: Part): Mount {
  const fieldRef = { apiVersion: "v1", fieldPath: `metadata.annotations['${TOLD_ANNOTATION}']` };
  const sources = [
    // A pod without it waits to be told, which is safe; one that could not start at all would hold up others.
    {
      configMap: {
        name: recordName(part.name),
        items: [{ key: RECORD_KEY, path: "record" }],
        optional: true,
      },
    },
    { downwardAPI: { items: [{ path: "told", fieldRef }] } },
  ];
  return {
    name: TOLD_VOLUME,
    path: TOLD_PATH,
    readOnly: true,
    source: { projected: { defaultMode: 0o644, sources } },
  };
}
