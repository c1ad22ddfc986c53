import { parse } from "yaml";
import { loadCredentials } from "../../src/kube/credentials.ts";
import { Transport } from "../../src/kube/transport.ts";
import type { TestControlPlane } from "./control-plane.ts";

/** The operator's own way to a test's API server; close it in `after`. */
export async function openTransport(
  plane: Pick<TestControlPlane, "kubeconfigPath">,
): Promise<Transport> {
  const credentials = await loadCredentials({
    file: plane.kubeconfigPath,
    context: undefined,
    kubeconfig: undefined,
    serviceHost: undefined,
    servicePort: undefined,
    parse,
    now: Date.now,
  });
  return new Transport(credentials, "test");
}
