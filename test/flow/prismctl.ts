/** prismctl against a test's control plane, in this process: its start is tested elsewhere, and there are many calls. */
import { PRISMCTL } from "../../src/cli/commands.ts";
import { type Call, call } from "../cli/frame/call.ts";
import type { TestControlPlane } from "./control-plane.ts";

/** Runs one command to its end. */
export function prismctl(
  plane: Pick<TestControlPlane, "kubeconfigPath">,
  args: readonly string[],
  stdin = "",
): Promise<Call> {
  return call(PRISMCTL, args, { stdin, environment: { KUBECONFIG: plane.kubeconfigPath } });
}
