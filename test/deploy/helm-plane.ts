import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiClient } from "../../tools/control-plane/api-client.ts";
import { apiClient } from "../../tools/control-plane/api-client.ts";
import { type ControlPlane, startControlPlane } from "../../tools/control-plane/control-plane.ts";
import { type Answer, run } from "../../tools/deploy/helm.ts";
import { FATE, ProcessKubelet } from "./process-kubelet.ts";

/** The chart as it is in the checkout. */
export const CHART: string = join(import.meta.dirname, "../../deploy/chart/prism-operator");
/** Both lines of Helm that people use. */
export const HELMS = ["helm", "helm3"] as const;

/** A real API server whose Services are on loopback, real helm, and the operator's pods as processes. */
export interface HelmPlane {
  readonly plane: ControlPlane;
  readonly client: ApiClient;
  readonly kubelet: ProcessKubelet;
  /** A folder of its own. */
  readonly folder: string;
  /** Values that every install needs here: nothing becomes ready by itself. */
  readonly valuesFile: string;
  /** KUBECONFIG and helm's folders. */
  readonly environment: Readonly<Record<string, string>>;
  helm(args: readonly string[]): Promise<Answer>;
  kubectl(args: readonly string[], input?: string): Promise<Answer>;
  close(): Promise<void>;
}

/** What differs between tests. */
export interface HelmPlaneOptions {
  readonly helm?: (typeof HELMS)[number];
  /** Where the release goes. */
  readonly namespace?: string;
  readonly auditPolicy?: string;
  /** Where the programs of the pods come from; the checkout when absent. */
  readonly image?: { readonly root: string; readonly node: string };
  /** Roots by the tag of the image, where releases differ. */
  readonly rootsByTag?: ReadonlyMap<string, string>;
}

/** Starts one of its own: the range of cluster IPs is a flag of the server. Call it in `before`. */
export async function openHelmPlane(options: HelmPlaneOptions = {}): Promise<HelmPlane> {
  const { helm = "helm", namespace = "prism-system", auditPolicy, rootsByTag } = options;
  // One of many ranges of loopback, so that runs beside each other do not meet.
  const range = `127.${64 + Math.floor(Math.random() * 128)}.0.0/16`;
  const plane = await startControlPlane({
    with: HELMS,
    apiServerFlags: [`--service-cluster-ip-range=${range}`],
    ...(auditPolicy === undefined ? {} : { auditPolicy }),
  });
  const folder = mkdtempSync(join(tmpdir(), "prism-helm-"));
  const pods = join(folder, "pods");
  const roots = rootsByTag === undefined ? {} : { rootsByTag };
  const kubelet = new ProcessKubelet({
    plane,
    namespace,
    folder: pods,
    ...options.image,
    ...roots,
  });
  const client = apiClient(plane);
  const valuesFile = join(folder, "values.yaml");
  writeFileSync(valuesFile, `podAnnotations: {${FATE}: image-pull}\n`);
  const environment = helmEnvironment(folder, plane.kubeconfigPath);
  return {
    plane,
    client,
    kubelet,
    folder,
    valuesFile,
    environment,
    helm: (args) => run(join(plane.binDir, helm), args, { environment }),
    kubectl: (args, input) =>
      run(plane.kubectlPath, args, { environment, ...(input === undefined ? {} : { input }) }),
    async close() {
      await kubelet.stop();
      client.close();
      await plane.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function helmEnvironment(folder: string, kubeconfig: string): Record<string, string> {
  const names = ["HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME"];
  const folders = names.map((name) => [name, join(folder, name.toLowerCase())] as const);
  for (const [, path] of folders) mkdirSync(path, { recursive: true });
  return { ...Object.fromEntries(folders), KUBECONFIG: kubeconfig };
}
