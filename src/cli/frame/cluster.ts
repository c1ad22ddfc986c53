/** How commands reach a cluster: with credentials as the operator loads them. */
import { performance } from "node:perf_hooks";
import type { Credentials } from "../../kube/access.ts";
import { CommandFailed } from "./exit-code.ts";
import type { Session } from "./session.ts";

/** The values of `CLUSTER_OPTIONS`. */
export interface ClusterValues {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly namespace: string | undefined;
}

/** A cluster that has not been asked anything yet. */
export interface ClusterTarget {
  readonly credentials: Credentials;
  /** The one that was asked for, else the context's. */
  readonly namespace: string;
}

/** Finds the cluster that the options mean. Rejects with a CommandFailed of one line when there is none. */
export async function clusterOf(
  values: ClusterValues,
  { environment }: Pick<Session<never>, "environment">,
): Promise<ClusterTarget> {
  const [{ loadCredentials }, { parse }] = await Promise.all([
    import("../../kube/credentials.ts"),
    import("yaml"),
  ]);
  try {
    const credentials = await loadCredentials({
      file: values.kubeconfig,
      context: values.context,
      kubeconfig: environment["KUBECONFIG"],
      serviceHost: environment["KUBERNETES_SERVICE_HOST"],
      servicePort: environment["KUBERNETES_SERVICE_PORT"],
      parse: (content): unknown => parse(content),
      now: () => performance.now(),
    });
    return { credentials, namespace: values.namespace ?? credentials.namespace };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(`no cluster to ask: ${message}`, { exit: "failed", cause: error });
  }
}
