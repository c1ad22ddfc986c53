/** Reads and writes PrismClusters of one namespace through the real API server, in either version. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { hostEnvironment } from "../../tools/control-plane/environment.ts";
import type { TestControlPlane } from "./control-plane.ts";

/** What kubectl said and how it ended. */
export interface KubectlAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A cause of a refusal. */
export interface RefusalCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** A meta/v1 Status, or an object. */
export interface ApiBody {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly RefusalCause[] };
  readonly [field: string]: unknown;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: ApiBody;
}

export class PrismClient {
  readonly #plane: TestControlPlane;
  readonly namespace: string;

  constructor(plane: TestControlPlane, namespace: string) {
    this.#plane = plane;
    this.namespace = namespace;
  }

  path(version: string, name = ""): string {
    return `/apis/prism.io/${version}/namespaces/${this.namespace}/prismclusters${name && `/${name}`}`;
  }

  async create(object: ApiBody, query = ""): Promise<ApiResponse> {
    const version = String(object["apiVersion"]).replace("prism.io/", "");
    return this.request("POST", `${this.path(version)}${query}`, object);
  }

  read(version: string, name: string): Promise<ApiResponse> {
    return this.request("GET", this.path(version, name));
  }

  /** The object; fails the test when it is not there. */
  async object(version: string, name: string): Promise<ApiBody> {
    const { status, body } = await this.read(version, name);
    if (status !== 200) throw new Error(`GET ${version} ${name}: ${status} ${body.message}`);
    return body;
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<ApiResponse> {
    const answer = await this.#plane.client.request(method, path, { body, contentType });
    return { status: answer.status, body: answer.body as ApiBody };
  }

  /** kubectl in this namespace; `editor` is what `kubectl edit` runs. */
  kubectl(args: readonly string[], input = "", editor = "true"): Promise<KubectlAnswer> {
    const { kubeconfigPath, binDir } = this.#plane;
    return new Promise((resolve) => {
      const child = execFile(
        join(binDir, "kubectl"),
        ["--kubeconfig", kubeconfigPath, "--namespace", this.namespace, ...args],
        { env: { ...hostEnvironment(), KUBE_EDITOR: editor }, timeout: 60_000 },
        (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
        },
      );
      child.stdin?.end(input);
    });
  }
}
