import type { Agent, RequestOptions } from "node:https";

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
