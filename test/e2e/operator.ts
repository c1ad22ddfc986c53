import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { kubectl } from "./cluster.ts";

const run = promisify(execFile);
const CHART = fileURLToPath(new URL("../../deploy/chart/prism-operator", import.meta.url));

/** Where the operator is installed. */
export const OPERATOR_NAMESPACE = "prism-system";
const RELEASE = "prism-operator";

/** Runs helm and answers its output. Rejects with what it said. */
export async function helm(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("helm", args, { maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

/** Installs the chart as it is, with its two replicas and its hooks, unless that was done before. */
export async function installOperator(): Promise<void> {
  const listed = await helm("list", "-n", OPERATOR_NAMESPACE, "-q");
  if (listed.split("\n").includes(RELEASE)) return;
  const namespace = ["--namespace", OPERATOR_NAMESPACE, "--create-namespace"];
  try {
    await helm("install", RELEASE, CHART, ...namespace, "--wait", "--timeout", "5m");
  } catch (error) {
    const pods = await kubectl("get", "pods", "-n", OPERATOR_NAMESPACE, "-o", "wide");
    const events = await kubectl("get", "events", "-n", OPERATOR_NAMESPACE);
    throw new Error(`${pods}\n${events}`, { cause: error });
  }
}

/** `helm test`. */
export async function testRelease(): Promise<string> {
  return await helm("test", RELEASE, "-n", OPERATOR_NAMESPACE, "--timeout", "3m");
}
