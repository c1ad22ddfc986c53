/** A member's kubeconfig, from the Secret that the federation names. */

import { textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { type MemberAccess, readKubeconfig } from "../../domain/prism-federation/kubeconfig.ts";
import type { MemberLook } from "../../domain/prism-federation/member-look.ts";
import type { Cache } from "../ports.ts";
import { unknown } from "./member-answer.ts";
import type { MemberTask } from "./member-task.ts";

/** How to reach a member, or why that is not known. */
export type MemberCredentials =
  | { readonly kind: "access"; readonly access: MemberAccess; readonly version: string | undefined }
  | { readonly kind: "none"; readonly look: MemberLook; readonly version: string | undefined };

/** Reads the Secret as it is now: its watch brings a rotated one at once. Base64 is that of Secrets' `data`. */
export async function credentialsOf(
  { credentials, endpoint }: MemberTask,
  federation: KubeObject,
  cache: Cache,
  decode: (base64: string) => string | undefined,
): Promise<MemberCredentials> {
  if (credentials === undefined) {
    return none("NoCredentials", "set credentialsSecretRef to a Secret with a kubeconfig");
  }
  const { name, key } = credentials;
  const { namespace = "" } = federation.metadata;
  const read = await cache.referenced("Secret", { namespace, name });
  if (!read.ok)
    return none("SecretMissing", `Secret ${name} cannot be read: ${read.failure.reason}`);
  if (read.value === undefined) return none("SecretMissing", `Secret ${name} does not exist`);
  const version = read.value.metadata.resourceVersion;
  const data = textAt(read.value, "data", key);
  if (data === undefined) return none("SecretMissing", `Secret ${name} has no key ${key}`, version);
  const text = decode(data);
  if (text === undefined) {
    return none("KubeconfigInvalid", `key ${key} of Secret ${name} is no text`, version);
  }
  const config = readKubeconfig(text, endpoint);
  if (config.kind === "read") return { kind: "access", access: config.access, version };
  return none(config.reason, `Secret ${name}: ${config.message}`, version);
}

function none(
  reason: Extract<MemberLook, { kind: "unknown" }>["reason"],
  message: string,
  version?: string,
): MemberCredentials {
  return { kind: "none", look: unknown(reason, message, false), version };
}
