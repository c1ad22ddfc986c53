/**
 * The configurations that need no library: a pod's service account, and a kubeconfig with a certificate or a
 * token. client-node, which knows all the others, costs 50 MB of memory; it is loaded only for those.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Access } from "./access.ts";

/** Where a pod finds its service account (kubernetes/client-go rest.InClusterConfig). */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** How to make an `Access`, again and again: tokens in files change. */
export interface PlainConfig {
  readonly namespace: string;
  readonly description: string;
  access(): Access;
}

/** The configuration of a pod; undefined outside of one. */
export function podConfig(environment: {
  readonly host: string | undefined;
  readonly port: string | undefined;
}): PlainConfig | undefined {
  const { host, port } = environment;
  if (host === undefined || port === undefined) return undefined;
  const server = new URL(`https://${host.includes(":") ? `[${host}]` : host}:${port}`);
  const file = (name: string): string => readFileSync(`${SERVICE_ACCOUNT}/${name}`, "utf8");
  return {
    namespace: file("namespace").trim(),
    description: `${server.origin} (service account)`,
    access: () => ({
      server,
      tls: { ca: file("ca.crt") },
      headers: { Authorization: `Bearer ${file("token").trim()}` },
      proxy: undefined,
    }),
  };
}

/** A kubeconfig as JSON; undefined when it asks for more than certificates and tokens. */
export function fileConfig(
  config: unknown,
  path: string,
  wantedContext: string | undefined,
): PlainConfig | undefined {
  const contextName = wantedContext ?? textAt(config, "current-context");
  const context = entryAt(config, "contexts", contextName, "context");
  const cluster = entryAt(config, "clusters", textAt(context, "cluster"), "cluster");
  const user = entryAt(config, "users", textAt(context, "user"), "user");
  const address = textAt(cluster, "server");
  if (address === undefined || !isPlain(cluster, CLUSTER_FIELDS) || !isPlain(user, USER_FIELDS)) {
    return undefined;
  }
  const server = new URL(address);
  if (server.protocol !== "https:") return undefined;
  const read = (file: string): string => readFileSync(resolve(dirname(path), file), "utf8");
  return {
    namespace: textAt(context, "namespace") ?? "default",
    description: `${server.origin} (context ${contextName})`,
    access: () => accessOf(server, cluster, user, read),
  };
}

const CLUSTER_FIELDS = new Set([
  "server",
  "certificate-authority",
  "certificate-authority-data",
  "tls-server-name",
  "insecure-skip-tls-verify",
]);
const USER_FIELDS = new Set([
  "token",
  "tokenFile",
  "client-certificate",
  "client-certificate-data",
  "client-key",
  "client-key-data",
]);

function isPlain(entry: unknown, known: ReadonlySet<string>): boolean {
  return Object.keys(fieldsOf(entry)).every((field) => known.has(field));
}

function accessOf(
  server: URL,
  cluster: unknown,
  user: unknown,
  read: (file: string) => string,
): Access {
  const pem = (from: unknown, name: string): string | undefined => {
    const data = textAt(from, `${name}-data`);
    if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
    const file = textAt(from, name);
    return file === undefined ? undefined : read(file);
  };
  const tokenFile = textAt(user, "tokenFile");
  const token = tokenFile === undefined ? textAt(user, "token") : read(tokenFile).trim();
  const tls = {
    ca: pem(cluster, "certificate-authority"),
    cert: pem(user, "client-certificate"),
    key: pem(user, "client-key"),
    servername: textAt(cluster, "tls-server-name"),
    rejectUnauthorized: fieldsOf(cluster)["insecure-skip-tls-verify"] === true ? false : undefined,
  };
  const known = Object.entries(tls).filter(([, value]) => value !== undefined);
  const headers: Record<string, string> =
    token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return { server, tls: Object.fromEntries(known), headers, proxy: undefined };
}

function entryAt(config: unknown, list: string, name: string | undefined, field: string): unknown {
  const entries = fieldsOf(config)[list];
  if (name === undefined || !Array.isArray(entries)) return undefined;
  return fieldsOf(entries.find((entry) => textAt(entry, "name") === name))[field];
}

function textAt(value: unknown, field: string): string | undefined {
  const text = fieldsOf(value)[field];
  return typeof text === "string" ? text : undefined;
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
