import { existsSync, readFileSync } from "node:fs";
import type { Agent, RequestOptions } from "node:https";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Access, Credentials } from "./access.ts";
import { fileConfig, type PlainConfig, podConfig } from "./plain-config.ts";

/** Where to look for a kubeconfig; the values come from options and the environment. */
export interface CredentialSources {
  /** The one that the user named. */
  readonly file: string | undefined;
  readonly context: string | undefined;
  /** KUBECONFIG. */
  readonly kubeconfig: string | undefined;
  /** KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT: set in every pod. */
  readonly serviceHost: string | undefined;
  readonly servicePort: string | undefined;
  /** Reads YAML. */
  readonly parse: (text: string) => unknown;
  /** Milliseconds that never go backwards. */
  readonly now: () => number;
}

/** client-go reads a service account's token again every minute; bound tokens live for an hour. */
const YOUNG_MS = 60_000;

/**
 * Finds out how to reach the API server: the given file, else KUBECONFIG, `~/.kube/config` or the pod's service
 * account. What certificates and tokens do not cover (exec plugins, OIDC, proxies, several files) client-node does.
 * Rejects with an Error of one line for people when there is nothing usable.
 */
export async function loadCredentials(sources: CredentialSources): Promise<Credentials> {
  const plain = plainConfig(sources);
  if (plain !== undefined) {
    const { namespace, description } = plain;
    return { namespace, description, access: young(sources.now, async () => plain.access()) };
  }
  return libraryCredentials(sources);
}

function plainConfig(sources: CredentialSources): PlainConfig | undefined {
  const { file, kubeconfig, context, serviceHost: host, servicePort: port, parse } = sources;
  // Several files are merged, which client-node does.
  if (file === undefined && kubeconfig?.includes(":")) return undefined;
  const home = join(homedir(), ".kube", "config");
  const path = file ?? (kubeconfig || (existsSync(home) ? home : undefined));
  if (path === undefined) return podConfig({ host, port });
  return fileConfig(parse(readFileSync(path, "utf8")), path, context);
}

async function libraryCredentials(sources: CredentialSources): Promise<Credentials> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const { file, context } = sources;
  const config = new KubeConfig();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error(
      `the kubeconfig has no cluster for the context "${config.getCurrentContext()}"`,
    );
  }
  const server = new URL(cluster.server);
  const isProxied = cluster.proxyUrl !== undefined;
  return {
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
    description: `${server.origin} (context ${config.getCurrentContext()})`,
    access: young(sources.now, async () => {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      return accessOf(options, server, isProxied);
    }),
  };
}

/** Asks once a minute at most, unless the answer turned out to be no good. */
function young(now: () => number, ask: () => Promise<Access>): Credentials["access"] {
  let last: { readonly at: number; readonly access: Access } | undefined;
  return async (fresh) => {
    if (last !== undefined && !fresh && now() - last.at < YOUNG_MS) return last.access;
    last = { at: now(), access: await ask() };
    return last.access;
  };
}

function accessOf(options: RequestOptions, server: URL, isProxied: boolean): Access {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === "string") headers[name] = value;
  }
  if (typeof options.auth === "string") {
    headers["Authorization"] = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  }
  const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized, agent } = options;
  const tls = { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized };
  const known = Object.entries(tls).filter(([, value]) => value !== undefined);
  return {
    server,
    headers,
    tls: Object.fromEntries(known),
    proxy: isProxied && typeof agent === "object" ? (agent as Agent) : undefined,
  };
}
