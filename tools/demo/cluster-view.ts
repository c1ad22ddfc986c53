import type { Kubectl } from "./kubectl.ts";
import { StepFailure } from "./narrator.ts";

/** One row of the status: a backend, admin, proxy or a runner. */
export interface ComponentRow {
  readonly name: string;
  readonly ready: boolean;
  readonly replicas: number;
  readonly availableReplicas: number;
  readonly message?: string;
}

/** The part of a PrismCluster that the demo looks at, in any version: status has one shape. */
export interface ClusterView {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly generation: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: {
    readonly phase?: string;
    readonly observedGeneration?: number;
    readonly readyComponents?: string;
    readonly adminStatus?: ComponentRow;
    readonly proxyStatus?: ComponentRow;
    readonly patternStatus?: readonly ComponentRow[];
    readonly backendStatus?: readonly ComponentRow[];
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
  };
}

/** Where the demo's PrismCluster lives. */
export const NAMESPACE = "prism";
export const CLUSTER = "prism-local";
const POLL_MS = 300;
const DEFAULT_PATIENCE_MS = 180_000;

/** Reads any object as JSON; undefined where it is not there. */
export async function readObject<T>(
  kubectl: Kubectl,
  resource: string,
  name: string,
): Promise<T | undefined> {
  const answer = await kubectl(["get", resource, name, "-n", NAMESPACE, "-o", "json"]);
  return answer.code === 0 ? (JSON.parse(answer.stdout) as T) : undefined;
}

/** The rows in the order of a rollout. */
export function rowsOf(view: ClusterView): readonly ComponentRow[] {
  const status = view.status ?? {};
  return [
    ...(status.backendStatus ?? []),
    ...(status.adminStatus ? [status.adminStatus] : []),
    ...(status.proxyStatus ? [status.proxyStatus] : []),
    ...(status.patternStatus ?? []),
  ];
}

/** True when the newest generation was seen and everything runs. */
export function isSettled(view: ClusterView): boolean {
  return (
    view.status?.phase === "Running" && view.status.observedGeneration === view.metadata.generation
  );
}

/** Polls until `holds` is true of what `read` returns; throws StepFailure when patience ends. */
export async function until<T>(
  what: string,
  read: () => Promise<T>,
  holds: (value: T) => boolean,
  onValue: (value: T) => void = () => undefined,
): Promise<T> {
  const deadline = performance.now() + DEFAULT_PATIENCE_MS;
  for (;;) {
    const value = await read();
    onValue(value);
    if (holds(value)) return value;
    if (performance.now() > deadline) {
      throw new StepFailure(`${what}: not within ${DEFAULT_PATIENCE_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Waits until the PrismCluster is Running at its newest generation. */
export function untilSettled(
  kubectl: Kubectl,
  onValue?: (view: ClusterView | undefined) => void,
): Promise<ClusterView | undefined> {
  return until(
    "the PrismCluster is Running at its newest generation",
    () => readObject<ClusterView>(kubectl, "prismcluster", CLUSTER),
    (view) => view !== undefined && isSettled(view),
    onValue,
  );
}
