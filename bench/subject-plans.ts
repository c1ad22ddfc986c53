/** The servers that are compared, and how they are started. */
import { fileURLToPath } from "node:url";
import { NODE_ARGUMENTS } from "../src/heap.ts";
import { FLOOR, FLOOR_HTTP2, OPERATOR, PEER } from "./report.ts";
import type { Job, SubjectPlan } from "./subject.ts";

const PATHS: Readonly<Record<Job, string>> = {
  mutate: "/mutate",
  validate: "/validate",
  convert: "/convert",
};

/** Plans for a folder with a certificate; the peer is left out where it could not be built. */
export function subjectPlans(
  folder: string,
  peer: string | undefined,
  isSmoke: boolean,
): readonly SubjectPlan[] {
  const node = (name: string, file: string, ...args: readonly string[]): SubjectPlan => ({
    name,
    command: [process.execPath, ...argumentsOf(name), pathOf(file), folder, ...args],
    takesPort: false,
    paths: PATHS,
  });
  const own = [node(FLOOR, "./floor-server.ts"), node(OPERATOR, "./operator-server.ts")];
  if (isSmoke) return own;
  const plans = [...own, node(FLOOR_HTTP2, "./floor-server.ts", "--h2")];
  if (peer === undefined) return plans;
  const paths = { ...PATHS, mutate: "/default" };
  const command = ["env", "GOMAXPROCS=1", peer, "-certs", folder];
  return [...plans, { name: PEER, command, takesPort: true, paths }];
}

/** The operator runs with its heap, a bare server as Node starts it. */
function argumentsOf(name: string): readonly string[] {
  return name === OPERATOR ? NODE_ARGUMENTS : [];
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
