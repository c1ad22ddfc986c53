/**
 * Asks the API server for a PrismCluster in each version as a dry run, until admission and conversion answer. What our webhooks refuse is an answer,
 * too. Ends with 0 when both versions were answered, with 1 and the cause otherwise. Options: --namespace, --timeout-seconds.
 */
import { parseArgs } from "node:util";
import type { Transport } from "../../src/kube/transport.ts";
import { hookClient, untilGood } from "./hook-client.ts";

/** v1alpha1 shows that conversion answers, which every v1alpha1 client depends on. */
const VERSIONS = ["v1alpha2", "v1alpha1"];
const NAME = "prism-operator-check";
const EXAMPLES: Readonly<Record<string, object>> = {
  v1alpha2: { admin: { storage: { type: "sqlite" } } },
  v1alpha1: {
    admin: { replicas: 1, storage: { type: "sqlite" } },
    proxy: { replicas: 1 },
    patterns: [],
    backends: {},
  },
};

/** What the API server's words mean, and what helps; the first that fits. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [
    /x509|certificate/,
    "the API server does not trust the operator yet: the operator injects its caBundle when it starts; look at its log",
  ],
  [
    /no endpoints available|connection refused|connection reset|EOF/,
    "no replica is ready: kubectl get pods, and the log of one that is not",
  ],
  [
    /deadline exceeded|i\/o timeout|no route|Client\.Timeout/,
    "the API server cannot reach the pods: open webhooks.port from the control plane, or set hostNetwork and another webhooks.port",
  ],
  [
    /404 page not found|not find the requested resource/,
    "the CRDs are not there: set crds.install, or apply them",
  ],
];

async function ask(
  client: Transport,
  namespace: string,
  version: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = `/apis/prism.io/${version}/namespaces/${namespace}/prismclusters?dryRun=All`;
  const object = {
    apiVersion: `prism.io/${version}`,
    kind: "PrismCluster",
    metadata: { name: NAME, namespace },
    spec: EXAMPLES[version],
  };
  const answer = await client.call({ method: "POST", path, body: JSON.stringify(object) }, signal);
  if (answer.ok || answer.failure.code === 422) return undefined;
  return `${version}: ${answer.failure.message}`;
}

function explained(complaint: string): string {
  const [, advice] = CAUSES.find(([words]) => words.test(complaint)) ?? [];
  return advice === undefined ? complaint : `${complaint}\nThat means: ${advice}.`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      namespace: { type: "string", default: "default" },
      "timeout-seconds": { type: "string", default: "120" },
    },
  });
  const client = await hookClient();
  const complaint = await untilGood(async (signal) => {
    const answers = await Promise.all(
      VERSIONS.map((version) => ask(client, values.namespace, version, signal)),
    );
    return answers.find((answer) => answer !== undefined);
  }, Number(values["timeout-seconds"]) * 1_000);
  client.close();
  if (complaint === undefined) process.stdout.write("Admission and conversion answer.\n");
  else {
    process.stderr.write(`${explained(complaint)}\n`);
    process.exitCode = 1;
  }
}
