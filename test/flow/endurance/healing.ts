/** How long a child that was deleted by hand is gone. */
import { listAt, textAt, valueAt } from "../../../tools/control-plane/json-value.ts";
import type { TestControlPlane } from "../control-plane.ts";
import { STACK_API } from "../prism-stack.ts";

/** Children of the source's example that go at once when they are deleted. */
const CHILDREN = [
  ["services", "redis"],
  ["deployments", "producer-runner"],
  ["configmaps", "nats-config"],
  ["services", "prism-proxy"],
  ["statefulsets", "nats"],
] as const;

const WITHIN_MS = 30_000;

/** Deletes so many children, one after the other, and answers the milliseconds from deleted to there again. */
export async function healingTimes(
  plane: TestControlPlane,
  namespaces: readonly string[],
  count: number,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const [plural, name] = CHILDREN[index % CHILDREN.length] ?? CHILDREN[0];
    const namespace = namespaces[index % namespaces.length] ?? "";
    times.push(
      await healingTime(plane, `${STACK_API[plural]}/namespaces/${namespace}/${plural}`, name),
    );
  }
  return times;
}

/** The value in the middle; the mean of two for an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[Math.ceil(half) - 1],
    sorted[Math.floor(half)],
  ];
  return (low + high) / 2;
}

/** Between two events of one watch, so that neither request nor answer counts. */
async function healingTime(plane: TestControlPlane, path: string, name: string): Promise<number> {
  const selector = `fieldSelector=metadata.name%3D${name}`;
  // The version of a list is one of now; that of the object may be older than the server remembers.
  const { body } = await plane.client.request("GET", `${path}?${selector}`);
  const from = textAt(body, "metadata", "resourceVersion");
  const uid = textAt(listAt(body, "items")[0], "metadata", "uid");
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(WITHIN_MS)]);
  const query = `watch=1&${selector}&resourceVersion=${from}`;
  const events = plane.client.watch(`${path}?${query}`, signal);
  const deleted = plane.client.request("DELETE", `${path}/${name}`);
  let goneAt = Number.NaN;
  try {
    for await (const event of events) {
      if (textAt(event, "type") === "DELETED") goneAt = performance.now();
      const other = textAt(valueAt(event, "object"), "metadata", "uid") !== uid;
      if (textAt(event, "type") === "ADDED" && other) return performance.now() - goneAt;
    }
  } finally {
    await deleted;
    stop.abort();
  }
  throw new Error(`${path}/${name} did not come back`);
}
