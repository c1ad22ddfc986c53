import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { HelmPlane } from "./helm-plane.ts";

/** A repository of charts on loopback, as `helm repo add` takes it. */
export interface ChartRepository {
  readonly url: string;
  close(): void;
}

/** A chart's folder, and the version that it is to have; its own when absent. */
export interface PackagedChart {
  readonly chart: string;
  readonly version?: string;
  /** Also decides the tag of the image. */
  readonly appVersion?: string;
}

/** Packages the charts and serves them with their index. */
export async function serveCharts(
  cluster: HelmPlane,
  charts: readonly PackagedChart[],
): Promise<ChartRepository> {
  const folder = join(cluster.folder, "repository");
  mkdirSync(folder);
  for (const { chart, version, appVersion } of charts) {
    const versions = [
      ...(version === undefined ? [] : ["--version", version]),
      ...(appVersion === undefined ? [] : ["--app-version", appVersion]),
    ];
    const packaged = await cluster.helm(["package", chart, ...versions, "--destination", folder]);
    assert.equal(packaged.code, 0, packaged.stderr);
  }
  const server = createServer((request, response) => {
    try {
      response.end(readFileSync(join(folder, new URL(request.url ?? "/", "http://x").pathname)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  assert.equal((await cluster.helm(["repo", "index", folder, "--url", url])).code, 0);
  return { url, close: () => server.close() };
}
