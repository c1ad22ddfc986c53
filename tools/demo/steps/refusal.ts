import type { Kubectl } from "../kubectl.ts";
import type { Narrator } from "../narrator.ts";

/** An object with faults of all three sorts: schema (1-3), CEL (4, 5), semantic (6-8). */
const INVALID = `apiVersion: prism.io/v1alpha2
kind: PrismCluster
metadata: {name: broken, namespace: prism}
spec:
  admin:
    replicas: 2                                   # raft needs an odd number
    storage: {type: sqlite, size: plenty}         # no quantity
  proxy:
    replicas: 2
    autoscaling: {minReplicas: 9, maxReplicas: 3} # the wrong way round
  patterns:
    - name: keyvalue
      type: Deployment                            # v1alpha1's word: v1alpha2 says workload
      backends: [{name: redis}]                   # not there
      resources:
        requests: {memory: 1Gi}
        limits: {memory: 256Mi}                   # less than requested
    - name: consumer
      replicas: 5000                              # out of range
      backends: [{name: nats}]
  backends:
    nats: {replicas: 2}                           # an even cluster
`;

const EXPECTED = [
  "spec.admin.replicas",
  "spec.admin.storage.size",
  "spec.proxy.autoscaling",
  "spec.patterns[0].backends[0].name",
  "spec.patterns[0].resources.requests.memory",
  "spec.patterns[1].replicas",
  "spec.backends",
];

/** Step 1: an invalid PrismCluster is refused with all its errors in one answer. */
export async function showRefusal(narrator: Narrator, kubectl: Kubectl): Promise<void> {
  narrator.title("1. An invalid PrismCluster is refused, with every error at once");
  narrator.say(INVALID);
  const answer = await narrator.show(["apply", "-f", "-"], { input: INVALID });
  narrator.check("the API server refused it", answer.code !== 0);
  for (const path of EXPECTED) {
    narrator.check(`the answer names ${path}`, answer.stderr.includes(path));
  }
  const left = await kubectl(["get", "prismclusters", "-n", "prism", "-o", "name"]);
  narrator.check("nothing was stored", left.stdout.trim() === "", left.stdout.trim());
}
