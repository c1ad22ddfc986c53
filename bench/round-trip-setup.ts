/** Who answers the webhooks of the API server that round trips go through. */

import type { JsonRecord } from "../src/domain/json-object.ts";
import { loadCrds } from "../src/kinds.ts";
import type { ApiClient } from "../tools/control-plane/api-client.ts";
import { webhookConfigurations } from "../webhooks/configuration.ts";
import type { Subject } from "./subject.ts";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const CONFIGURATIONS = [
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
  "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
];
/** The API server needs so long at most until it calls another webhook. */
const SETTLE_MS = 3_000;

/** Brings our CRDs along, without conversion: nobody answers webhooks yet. */
export async function installCrds(client: ApiClient): Promise<void> {
  for (const { object } of loadCrds()) {
    const body: { spec: JsonRecord } = JSON.parse(JSON.stringify(object));
    body.spec["conversion"] = { strategy: "None" };
    await done(client.request("POST", CRDS, { body }));
  }
  await settle();
}

/** Points conversion and admission at a server. */
export async function installWebhooks(
  client: ApiClient,
  server: Subject,
  caBundle: string,
): Promise<void> {
  const url = `https://127.0.0.1:${server.port}`;
  const clientConfig = { url: `${url}${server.paths.convert}`, caBundle };
  await convertBy(client, {
    strategy: "Webhook",
    webhook: { clientConfig, conversionReviewVersions: ["v1"] },
  });
  const configurations = webhookConfigurations({
    endpoint: { mode: "url", url },
    resources: [{ plural: "prismclusters", hubVersion: "v1alpha2" }],
    timeoutSeconds: 10,
  });
  for (const [at, configuration] of configurations.entries()) {
    const body = JSON.parse(
      JSON.stringify(configuration, (key, value) =>
        key === "clientConfig" ? { url: pathOf(server, value.url), caBundle } : value,
      ),
    );
    const path = CONFIGURATIONS[at] ?? "";
    await client.request("DELETE", `${path}/${body.metadata.name}`);
    await done(client.request("POST", path, { body }));
  }
  await settle();
}

function pathOf(peer: Subject, url: string): string {
  return url.replace("/mutate", peer.paths.mutate);
}

async function convertBy(client: ApiClient, conversion: JsonRecord): Promise<void> {
  const body = [{ op: "replace", path: "/spec/conversion", value: conversion }];
  await done(
    client.request("PATCH", `${CRDS}/prismclusters.prism.io`, {
      body,
      contentType: "application/json-patch+json",
    }),
  );
}

async function done(request: ReturnType<ApiClient["request"]>): Promise<void> {
  const { status, body } = await request;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
