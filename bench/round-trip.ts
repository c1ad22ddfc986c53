/** Whole round trips through the real API server: `kubectl apply` as a user types it, and the write alone. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { JsonRecord } from "../src/domain/json-object.ts";
import { kindNamed } from "../src/domain/registry.ts";
import { type ApiClient, apiClient } from "../tools/control-plane/api-client.ts";
import { type ControlPlane, startControlPlane } from "../tools/control-plane/control-plane.ts";
import { installCrds, installWebhooks } from "./round-trip-setup.ts";
import { median } from "./statistics.ts";
import type { Subject } from "./subject.ts";

/** Medians of one way to write, in milliseconds. */
export interface RoundTrip {
  readonly kubectlMs: number;
  readonly writeMs: number;
}

/** Trips by what is written, by who answers the webhooks. */
export type RoundTrips = ReadonlyMap<string, ReadonlyMap<string, RoundTrip>>;

const APPLIES = 7;
const WRITES = 40;
const EXAMPLE = new URL("../deploy/samples/prism-local.v1alpha1.yaml", import.meta.url);
const VERSIONS = ["v1alpha2", "v1alpha1"] as const;

/** Measures the API server with the webhooks of each server, which do nothing else, and without any. */
export async function measureRoundTrips(
  subjects: readonly Subject[],
  caBundle: string,
): Promise<RoundTrips> {
  const plane = await startControlPlane({ scope: "api-server" });
  const client = apiClient(plane);
  const trips = new Map<string, Map<string, RoundTrip>>();
  const measure = async (who: string, versions: readonly string[]): Promise<void> => {
    for (const version of versions) {
      for (const [what, trip] of await tripsOf(plane, client, version)) {
        const row = trips.get(what) ?? new Map<string, RoundTrip>();
        trips.set(what, row.set(who, trip));
      }
    }
  };
  try {
    await installCrds(client);
    await measure("no webhooks", ["v1alpha2"]);
    for (const subject of subjects) {
      await installWebhooks(client, subject, caBundle);
      await measure(subject.name, VERSIONS);
    }
    return trips;
  } finally {
    client.close();
    await plane.stop();
  }
}

type Trips = readonly (readonly [what: string, trip: RoundTrip])[];

/** New objects and changes of them; each has a namespace of its own, since a namespace has one PrismCluster. */
async function tripsOf(plane: ControlPlane, client: ApiClient, version: string): Promise<Trips> {
  const namespaces: string[] = [];
  for (let at = 0; at < APPLIES + WRITES; at++) {
    namespaces.push(await newNamespace(client, `${version}-${Date.now().toString(36)}-${at}`));
  }
  const applied = namespaces.slice(0, APPLIES);
  const written = namespaces.slice(APPLIES);
  const object = exampleIn(version);
  const changed = changedCopy(object);
  const path = (namespace: string): string =>
    `/apis/prism.io/${version}/namespaces/${namespace}/prismclusters`;
  const apply = (body: JsonRecord) => (namespace: string) => kubectlApply(plane, namespace, body);
  return [
    [
      `create in ${version}`,
      {
        kubectlMs: await medianMs(applied, apply(object)),
        writeMs: await medianMs(written, (namespace) =>
          write(client, "POST", path(namespace), object),
        ),
      },
    ],
    [
      `change in ${version}`,
      {
        kubectlMs: await medianMs(applied, apply(changed)),
        writeMs: await medianMs(written, (namespace) =>
          write(client, "PATCH", `${path(namespace)}/prism-local`, CHANGE),
        ),
      },
    ],
  ];
}

const CHANGE: JsonRecord = { spec: { proxy: { replicas: 4 } } };

function exampleIn(version: string): JsonRecord {
  const older: JsonRecord = {
    ...parse(readFileSync(EXAMPLE, "utf8")),
    metadata: { name: "prism-local" },
  };
  if (version === "v1alpha1") return older;
  const conversion = kindNamed("PrismCluster")?.convert(older, `prism.io/${version}`);
  if (conversion?.kind !== "converted") throw new Error("the example does not convert");
  return conversion.object;
}

function changedCopy(object: JsonRecord): JsonRecord {
  const copy: { spec: { proxy: JsonRecord } } & JsonRecord = JSON.parse(JSON.stringify(object));
  Object.assign(copy.spec.proxy, { replicas: 5 });
  return copy;
}

async function medianMs(
  namespaces: readonly string[],
  work: (namespace: string) => Promise<void>,
): Promise<number> {
  const times: number[] = [];
  for (const namespace of namespaces) {
    const startedAt = performance.now();
    await work(namespace);
    times.push(performance.now() - startedAt);
  }
  return median(times);
}

async function newNamespace(client: ApiClient, name: string): Promise<string> {
  await write(client, "POST", "/api/v1/namespaces", { metadata: { name } });
  return name;
}

async function write(
  client: ApiClient,
  method: "POST" | "PATCH",
  path: string,
  body: JsonRecord,
): Promise<void> {
  const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const { status, body: answer } = await client.request(method, path, { body, contentType });
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
}

async function kubectlApply(
  { kubectlPath, kubeconfigPath }: ControlPlane,
  namespace: string,
  body: JsonRecord,
): Promise<void> {
  const args = ["--kubeconfig", kubeconfigPath, "-n", namespace, "apply", "-f", "-"];
  const child = spawn(kubectlPath, args, { stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  child.stdin.end(JSON.stringify(body));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`kubectl apply: ${said}`);
}
