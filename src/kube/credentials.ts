import type { Agent, RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";

/** How to reach and convince the API server, for a while. */
export interface Access {
  readonly server: URL;
  /** TLS of the connection: ca, cert, key, servername, rejectUnauthorized. */
  readonly tls: Readonly<
    Pick<
      RequestOptions,
      "ca" | "cert" | "key" | "pfx" | "passphrase" | "servername" | "rejectUnauthorized"
    >
  >;
  /** Authorization and impersonation. */
  readonly headers: Readonly<Record<string, string>>;
  /** Present when the kubeconfig names a proxy. */
  readonly proxy: Agent | undefined;
}

/** Where the API server is and who we are there. */
export interface Credentials {
  /** `fresh` asks again although the last answer is young: the server said 401. */
  access(fresh: boolean): Promise<Access>;
  /** The namespace of the context, or of the pod. */
  readonly namespace: string;
  /** For people: the URL and the name of the context. */
  readonly description: string;
}

/** client-go reads a service account's token again every minute; bound tokens live for an hour. */
const YOUNG_MS = 60_000;

/**
 * Loads a kubeconfig: the given file, else `KUBECONFIG`, `~/.kube/config` or the pod's service account.
 * client-node does certificates, tokens, exec plugins and OIDC.
 * Throws an Error with one line for people when there is nothing usable.
 */
export function loadCredentials(
  file: string | undefined,
  context: string | undefined,
  now: () => number,
): Credentials {
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
  let last: { readonly at: number; readonly access: Access } | undefined;
  return {
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
    description: `${server.origin} (context ${config.getCurrentContext()})`,
    access: async (fresh) => {
      if (last !== undefined && !fresh && now() - last.at < YOUNG_MS) return last.access;
      last = { at: now(), access: await ask(config, server, cluster.proxyUrl !== undefined) };
      return last.access;
    },
  };
}

async function ask(config: KubeConfig, server: URL, proxied: boolean): Promise<Access> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === "string") headers[name] = value;
  }
  if (typeof options.auth === "string") {
    headers["Authorization"] = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  }
  const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized, agent } = options;
  return {
    server,
    headers,
    tls: defined({ ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }),
    proxy: proxied && typeof agent === "object" ? (agent as Agent) : undefined,
  };
}

function defined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
