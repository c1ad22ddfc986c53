import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { textAt, valueAt } from "../../tools/control-plane/json-value.ts";
import { get, kubectl, until } from "./cluster.ts";

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
  if (!isFirst()) return await untilInstalled();
  const namespace = ["--namespace", OPERATOR_NAMESPACE, "--create-namespace"];
  try {
    await helm("install", RELEASE, CHART, ...namespace, "--wait", "--timeout", "5m");
  } catch (error) {
    const pods = await kubectl("get", "pods", "-n", OPERATOR_NAMESPACE, "-o", "wide");
    const events = await kubectl("get", "events", "-n", OPERATOR_NAMESPACE);
    throw new Error(`${pods}\n${events}`, { cause: error });
  }
  const asked = `${ROTATE}=${ROTATION}`;
  await kubectl("annotate", "secret", AUTHORITY, "-n", OPERATOR_NAMESPACE, asked);
}

// Both authorities are trusted for five minutes before the new one signs. So it is asked for at once, and looked at late.
const AUTHORITY = "prism-webhook-ca";
const ROTATE = "prism.io/rotate-ca";
const ROTATION = "by-the-suite";

/** Whether the authority is another than that of the installation, and the only one that signs. */
export async function isRotated(): Promise<boolean> {
  const secret = await get("secret", AUTHORITY, "-n", OPERATOR_NAMESPACE);
  const isAnnounced = textAt(secret, "metadata", "annotations", "prism.io/rotated-ca") === ROTATION;
  return isAnnounced && valueAt(secret, "data", "next.crt") === undefined;
}

/** Upgrades the release with one value changed, and waits for its new pods. */
export async function upgradeOperator(value: string): Promise<void> {
  const how = ["--reuse-values", "--set-string", value, "--wait", "--timeout", "5m"];
  await helm("upgrade", RELEASE, CHART, "-n", OPERATOR_NAMESPACE, ...how);
}

/** Test files are processes; some run side by side. The folder is one of the node's own, which begins empty. */
function isFirst(): boolean {
  return mkdirSync("/run/prism-operator-install", { recursive: true }) !== undefined;
}

async function untilInstalled(): Promise<void> {
  await until("the operator is installed", 300_000, async () => {
    const listed = await helm("list", "-n", OPERATOR_NAMESPACE, "-q", "--deployed");
    return listed.split("\n").includes(RELEASE) || undefined;
  });
}

/** `helm test`. */
export async function testRelease(): Promise<string> {
  return await helm("test", RELEASE, "-n", OPERATOR_NAMESPACE, "--timeout", "3m");
}
