import { NODE } from "../../tools/node/node-layout.ts";
import { apply, kubectl, until } from "./cluster.ts";

const NAMESPACE = "kube-system";
const NAME = "metrics-server";

/** Registers the metrics API that the node serves, and waits until it knows its pods. */
export async function registerMetrics(): Promise<void> {
  const metadata = { name: NAME, namespace: NAMESPACE };
  const ports = [{ name: "https", port: 443, targetPort: NODE.metricsPort }];
  await apply(
    { apiVersion: "v1", kind: "Service", metadata, spec: { ports } },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { ...metadata, labels: { "kubernetes.io/service-name": NAME } },
      addressType: "IPv4",
      endpoints: [{ addresses: [NODE.address], conditions: { ready: true } }],
      ports: [{ name: "https", port: NODE.metricsPort }],
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: {
        service: { name: NAME, namespace: NAMESPACE },
        group: "metrics.k8s.io",
        version: "v1beta1",
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    },
  );
  await until("metrics of pods", 120_000, async () => {
    const top = await kubectl("top", "pods", "--all-namespaces", "--no-headers");
    return top.trim() !== "" || undefined;
  });
}
