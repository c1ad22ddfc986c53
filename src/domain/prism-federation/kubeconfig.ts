/**
 * Reads the kubeconfig of a member. Whoever may write a Secret writes it, so it is read by a list of what it may say:
 * nothing in it may run a program, read a file of the operator, send its requests elsewhere or weaken TLS.
 */
import { parse } from "yaml";
import { isRecord, type JsonRecord, ownValue } from "../json-object.ts";
import { sameServer } from "./endpoint.ts";
import { pemAt } from "./pem-field.ts";

/** How to reach a member and who we are there. Certificates and keys are PEM. */
export interface MemberAccess {
  /** As the federation says it. */
  readonly server: string;
  /** Absent: the authorities that Node.js trusts. */
  readonly certificateAuthority?: string;
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** The reasons to refuse a kubeconfig, as they stand in a status. */
export type KubeconfigFault = "KubeconfigInvalid" | "KubeconfigForbidden" | "EndpointMismatch";

/** A kubeconfig that can be used, or why not. A message names fields and never holds a value. */
export type ReadKubeconfig =
  | { readonly kind: "read"; readonly access: MemberAccess }
  | { readonly kind: "refused"; readonly reason: KubeconfigFault; readonly message: string };

/** Longest kubeconfig, in characters: a hundred times what one has. */
const LONGEST = 256 * 1024;
/** RFC 6750, section 2.1, within what an HTTP header holds. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;

/** Thrown within this file only. */
class Refusal extends Error {
  readonly reason: KubeconfigFault;

  constructor(reason: KubeconfigFault, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Reads a kubeconfig for the member that answers at `endpoint`. */
export function readKubeconfig(text: string, endpoint: string): ReadKubeconfig {
  try {
    return { kind: "read", access: accessIn(parsed(text), endpoint) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: "refused", reason: error.reason, message: error.message };
  }
}

function parsed(text: string): JsonRecord {
  if (text.length > LONGEST) throw invalid(`the kubeconfig is longer than ${LONGEST} characters`);
  const value = yamlOf(text);
  if (value === undefined) throw invalid("the kubeconfig is no YAML document, or uses anchors");
  if (!isRecord(value)) throw invalid("the kubeconfig is no YAML object");
  return value;
}

/** Undefined for what is no YAML: the parser's own message may quote a secret. */
function yamlOf(text: string): unknown {
  try {
    // No aliases: a few lines of them would become gigabytes.
    return parse(text, { maxAliasCount: 0, prettyErrors: false, logLevel: "silent" });
  } catch {
    return undefined;
  }
}

function accessIn(config: JsonRecord, endpoint: string): MemberAccess {
  const clusters = entriesOf(config, "clusters", "cluster", CLUSTER_RULES);
  const users = entriesOf(config, "users", "user", USER_RULES);
  const contexts = entriesOf(config, "contexts", "context", CONTEXT_RULES);
  const current = textAt(config, "current-context");
  if (current === undefined) throw invalid("current-context is not set");
  const context = named(contexts, current, "current-context names no context");
  const cluster = named(
    clusters,
    textAt(context.fields, "cluster"),
    "the context names no cluster",
  );
  const user = named(users, textAt(context.fields, "user"), "the context names no user");
  const server = textAt(cluster.fields, "server");
  if (server === undefined) throw invalid(`${cluster.path}.server is not set`);
  if (!sameServer(server, endpoint)) {
    const why = "a token goes to the server that its kubeconfig names and to no other";
    throw new Refusal("EndpointMismatch", `${cluster.path}.server is not the endpoint: ${why}`);
  }
  const certificateAuthority = pem(cluster, "certificate-authority-data", "CERTIFICATE");
  return {
    server: endpoint,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...identityOf(user),
  };
}

function identityOf(user: Entry): Pick<MemberAccess, "token" | "certificate" | "key"> {
  const token = textAt(user.fields, "token");
  if (token !== undefined && !TOKEN.test(token)) throw invalid(`${user.path}.token is no token`);
  const certificate = pem(user, "client-certificate-data", "CERTIFICATE");
  const key = pem(user, "client-key-data", "PRIVATE KEY");
  if ((certificate === undefined) !== (key === undefined)) {
    throw invalid(
      `${user.path} needs both client-certificate-data and client-key-data, or neither`,
    );
  }
  if (token === undefined && certificate === undefined) {
    throw invalid(`${user.path} has neither token nor client-certificate-data`);
  }
  return {
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
  };
}

interface Entry {
  readonly name: string;
  /** For people: `users[0].user`. */
  readonly path: string;
  readonly fields: JsonRecord;
}

/** Why a value is refused; undefined is fine. */
type FieldRule = (value: unknown) => string | undefined;
/** What the fields of an entry may be; every other field is refused. */
type Rules = ReadonlyMap<string, FieldRule>;

const fine: FieldRule = () => undefined;
const refused =
  (why: string): FieldRule =>
  () =>
    why;
const withTls: FieldRule = (value) =>
  value === false ? undefined : "turns the verification of TLS off";
const NO_FILES = "names a file, and files of the operator are not read; put the content inline";

const CLUSTER_RULES: Rules = new Map([
  ["server", fine],
  ["certificate-authority-data", fine],
  ["disable-compression", fine],
  ["extensions", fine],
  ["insecure-skip-tls-verify", withTls],
  ["certificate-authority", refused(NO_FILES)],
  ["proxy-url", refused("leads requests elsewhere")],
  ["tls-server-name", refused("verifies another name than that of the endpoint")],
]);
const USER_RULES: Rules = new Map([
  ["token", fine],
  ["client-certificate-data", fine],
  ["client-key-data", fine],
  ["extensions", fine],
  ["exec", refused("runs a program")],
  ["auth-provider", refused("runs an auth provider")],
  ["tokenFile", refused(NO_FILES)],
  ["client-certificate", refused(NO_FILES)],
  ["client-key", refused(NO_FILES)],
  ["username", refused("is basic authentication, which no API server takes")],
  ["password", refused("is basic authentication, which no API server takes")],
]);
const CONTEXT_RULES: Rules = new Map([
  ["cluster", fine],
  ["user", fine],
  ["namespace", fine],
  ["extensions", fine],
]);

/** Every entry is judged, also one that nothing names: a file with such an entry was not made for us. */
function entriesOf(config: JsonRecord, list: string, field: string, rules: Rules): Entry[] {
  const entries = ownValue(config, list) ?? [];
  if (!Array.isArray(entries)) throw invalid(`${list} is no list`);
  return entries.map((entry: unknown, index) => {
    const fields = isRecord(entry) ? (ownValue(entry, field) ?? {}) : undefined;
    const path = `${list}[${index}].${field}`;
    if (!isRecord(entry) || !isRecord(fields)) throw invalid(`${path} is no object`);
    for (const key of Object.keys(fields)) judgeField(key, fields[key], path, rules);
    return { name: textAt(entry, "name") ?? "", path, fields };
  });
}

const PLAIN_NAME = /^[A-Za-z-]{1,40}$/;

function judgeField(key: string, value: unknown, path: string, rules: Rules): void {
  const judge = rules.get(key);
  const why =
    judge === undefined ? "is not among what a member's kubeconfig may say" : judge(value);
  if (why === undefined) return;
  const name = PLAIN_NAME.test(key) ? `${path}.${key}` : `a field of ${path}`;
  throw new Refusal("KubeconfigForbidden", `${name} ${why}`);
}

function named(entries: readonly Entry[], name: string | undefined, otherwise: string): Entry {
  const found = entries.filter((entry) => entry.name === name);
  const [entry] = found;
  if (name === undefined || entry === undefined) throw invalid(otherwise);
  if (found.length > 1) throw invalid(`${entry.path} has the name of another entry`);
  return entry;
}

function pem(entry: Entry, field: string, label: string): string | undefined {
  const read = pemAt(entry.fields, field, label);
  if (read.kind === "refused") throw invalid(`${entry.path}.${field} ${read.why}`);
  return read.text;
}

function textAt(record: JsonRecord, key: string): string | undefined {
  const value = ownValue(record, key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function invalid(message: string): Refusal {
  return new Refusal("KubeconfigInvalid", message);
}
