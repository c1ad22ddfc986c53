import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import type { ApiAnswer, ApiClient } from "../../tools/control-plane/api-client.ts";
import { apiClient } from "../../tools/control-plane/api-client.ts";
import { startControlPlane } from "../../tools/control-plane/control-plane.ts";
import { hostEnvironment } from "../../tools/control-plane/environment.ts";
import { withFolderLock } from "../../tools/control-plane/folder-lock.ts";
import { listAt, textAt } from "../../tools/control-plane/json-value.ts";
import type { Connection } from "../../tools/control-plane/plan.ts";
import { removePrism } from "./prism-removal.ts";

/** What a program said and how it ended. */
interface CommandAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real API server, as tests use it. */
export interface TestControlPlane extends Connection {
  readonly kubeconfigPath: string;
  /** A folder with kubectl and the other programs. */
  readonly binDir: string;
  /** Empty for a server that does not log. */
  readonly auditLogPath: string;
  readonly client: ApiClient;
  /** Runs the real kubectl. Never rejects for what kubectl says: look at the code. */
  readonly kubectl: (
    args: readonly string[],
    input?: string,
    withinMs?: number,
  ) => Promise<CommandAnswer>;
  /** One raw request. `body` is sent as JSON. */
  readonly api: (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;
  /** Makes a namespace of its own for a test; its name. All of them are removed on close, without waiting. */
  readonly freshNamespace: () => Promise<string>;
  /** Call it in `after`. */
  readonly close: () => Promise<void>;
}

/** How a test file uses the server. */
export interface OpenOptions {
  /**
   * CRDs and webhook configurations are cluster-wide: a file that installs ours waits here for its turn, finds none of them, and
   * leaves none.
   */
  readonly isExclusive?: boolean;
  /** Fake nodes of a server of its own, 3 when absent; the one that `npm test` started keeps its number. */
  readonly nodes?: number;
  /** An audit Policy in YAML: the server is one of its own, and logs to `auditLogPath`. */
  readonly auditPolicy?: string;
}

const kubectlWithinMs = 60_000;

/** Opens a server that `npm test` started; when a file is run by itself, one of its own. Call it in `before`. */
export async function openControlPlane(options: OpenOptions = {}): Promise<TestControlPlane> {
  const shared = options.auditPolicy === undefined ? sharedServers() : [];
  const own = shared.length > 0 ? undefined : await startControlPlane(options);
  const servers = own === undefined ? shared : [own];
  const turn = options.isExclusive ? await takeTurn(servers) : undefined;
  const server = turn?.server ?? servers[0];
  if (server === undefined) throw new Error("there is no control plane");
  const client = apiClient(server);
  const namespaces: string[] = [];
  if (turn) await removePrism(client);
  return {
    ...server,
    client,
    auditLogPath: own?.auditLogPath ?? "",
    kubectl: (args, input, withinMs) => kubectl(server, args, input, withinMs),
    api: (method, path, body) => client.request(method, path, body === undefined ? {} : { body }),
    async freshNamespace() {
      const name = `test-${randomBytes(4).toString("hex")}`;
      await createNamespace(client, name);
      namespaces.push(name);
      return name;
    },
    async close() {
      for (const name of namespaces) await client.request("DELETE", `/api/v1/namespaces/${name}`);
      if (turn) await removePrism(client);
      turn?.end();
      client.close();
      await own?.stop();
    },
  };
}

type Server = Connection & Pick<TestControlPlane, "kubeconfigPath" | "binDir">;

/** None where a file is run by itself. */
function sharedServers(): readonly Server[] {
  const { PRISM_TEST_KUBECONFIG: paths = "", PRISM_TEST_BIN: binDir } = hostEnvironment();
  return paths
    .split(delimiter)
    .filter((path) => path !== "")
    .map((path) => serverOf(path, binDir));
}

function serverOf(kubeconfigPath: string, binDir: string | undefined): Server {
  const kubeconfig: unknown = parse(readFileSync(kubeconfigPath, "utf8"));
  const [cluster] = listAt(kubeconfig, "clusters");
  const [user] = listAt(kubeconfig, "users");
  const ca = textAt(cluster, "cluster", "certificate-authority-data");
  return {
    kubeconfigPath,
    binDir: binDir ?? join(kubeconfigPath, "..", "bin"),
    server: textAt(cluster, "cluster", "server"),
    token: textAt(user, "user", "token"),
    certificateAuthority: Buffer.from(ca, "base64").toString("utf8"),
  };
}

/** Also waits for the service account, without which no pod can be made. */
async function createNamespace(client: ApiClient, name: string): Promise<void> {
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  const { status } = await client.request("POST", "/api/v1/namespaces", { body });
  if (status !== 201) throw new Error(`namespace ${name}: ${status}`);
  const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
  const deadline = AbortSignal.timeout(kubectlWithinMs);
  while ((await client.request("GET", account, { signal: deadline })).status !== 200);
}

/** Files take turns, on the server that is free first, by a lock beside its kubeconfig, which ends with the process at the latest. */
async function takeTurn(
  servers: readonly Server[],
): Promise<{ readonly server: Server; readonly end: () => void }> {
  const taken = Promise.withResolvers<Server>();
  const ended = Promise.withResolvers<void>();
  const waiting = new AbortController();
  for (const server of servers) {
    const work = async (): Promise<void> => {
      if (waiting.signal.aborted) return;
      waiting.abort();
      taken.resolve(server);
      await ended.promise;
    };
    const lock = `${server.kubeconfigPath}.lock`;
    withFolderLock(lock, () => undefined, waiting.signal, work).catch(taken.reject);
  }
  return { server: await taken.promise, end: ended.resolve };
}

function kubectl(
  server: Server,
  args: readonly string[],
  input: string | undefined,
  withinMs = kubectlWithinMs,
): Promise<CommandAnswer> {
  const { promise, resolve } = Promise.withResolvers<CommandAnswer>();
  const child = execFile(
    join(server.binDir, "kubectl"),
    ["--kubeconfig", server.kubeconfigPath, ...args],
    { timeout: withinMs, maxBuffer: 64 * 1024 * 1024 },
    (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr: code === -1 ? `${stderr}${error?.message}` : stderr });
    },
  );
  child.stdin?.end(input ?? "");
  return promise;
}
