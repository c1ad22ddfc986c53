/** The webhooks within the test's own process, and the CRDs on its server that convert by them: no operator has to start. */
import { loadCrds } from "../../src/kinds.ts";
import { clientConfig, webhookConfigurations } from "../../webhooks/configuration.ts";
import { startFixture, type WebhookFixture } from "../webhooks/webhook-fixture.ts";
import type { TestControlPlane } from "./control-plane.ts";

const SERVED_WITHIN_MS = 60_000;
/** One group is enough for what is judged here; names are as in the CRDs. */
const RESOURCES = [{ plural: "prismclusters", hubVersion: "v1alpha2" }];

export interface AnsweringOptions {
  /** Whether the API server asks for admission too; else it only converts. */
  readonly isAdmitting: boolean;
}

/** Serves, and returns when the API server serves the CRDs; `stop` it after the objects are gone. */
export async function answerWebhooks(
  plane: TestControlPlane,
  { isAdmitting }: AnsweringOptions,
): Promise<WebhookFixture> {
  const fixture = await startFixture();
  try {
    await installWebhooks(plane, { url: fixture.url, ca: fixture.ca, isAdmitting });
  } catch (error) {
    await fixture.stop();
    throw error;
  }
  return fixture;
}

export interface InstallOptions extends AnsweringOptions {
  /** `https://host:port` of whoever answers. */
  readonly url: string;
  /** PEM that is to be trusted; somebody else injects it when absent. */
  readonly ca?: string;
}

/** As a chart does it: CRDs and configurations that point there. Returns when the API server serves the CRDs. */
export async function installWebhooks(
  plane: TestControlPlane,
  { url, ca, isAdmitting }: InstallOptions,
): Promise<void> {
  const endpoint = { mode: "url", url } as const;
  const crds = loadCrds().map(({ object }) =>
    converted(object, clientConfig(endpoint, "/convert")),
  );
  const configurations = isAdmitting
    ? webhookConfigurations({ endpoint, resources: RESOURCES, timeoutSeconds: 10 })
    : [];
  const items = trusting([...crds, ...configurations], ca);
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const { code, stderr } = await plane.kubectl(["apply", "--server-side", "-f", "-"], list);
  if (code !== 0) throw new Error(stderr);
  await untilServed(plane);
}

function converted(object: { readonly [field: string]: unknown }, client: object): object {
  const crd = structuredClone(object) as { spec: { conversion?: { webhook?: object } } };
  const { conversion } = crd.spec;
  if (conversion?.webhook) Object.assign(conversion.webhook, { clientConfig: client });
  return crd;
}

/** Every clientConfig with the authority. */
function trusting(objects: readonly object[], ca: string | undefined): readonly object[] {
  if (ca === undefined) return objects;
  const caBundle = Buffer.from(ca).toString("base64");
  return JSON.parse(JSON.stringify(objects), (key, value: unknown) =>
    key === "clientConfig" ? { ...(value as object), caBundle } : value,
  );
}

async function untilServed(plane: TestControlPlane): Promise<void> {
  const deadline = AbortSignal.timeout(SERVED_WITHIN_MS);
  for (const { object } of loadCrds()) {
    const { group, names, versions } = object["spec"] as {
      group: string;
      names: { plural: string };
      versions: { name: string }[];
    };
    for (const { name } of versions) {
      const path = `/apis/${group}/${name}/${names.plural}`;
      while ((await plane.api("GET", path)).status !== 200) {
        deadline.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}
