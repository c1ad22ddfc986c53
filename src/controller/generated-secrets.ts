import type { GeneratedSecret } from "../domain/child.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { usesOf } from "./adoption.ts";
import type { ApiFailure } from "./api-result.ts";
import { CLUSTER_LABEL, referenceTo } from "./ownership.ts";
import type { Cache, Writer } from "./ports.ts";
import { CLAIM, SECRET, STATEFUL_SET } from "./resource.ts";

/** Makes secret values; the only source of randomness that may be used for them is a cryptographic one. */
export interface SecretSource {
  /** 43 characters of [A-Za-z0-9], of 32 random bytes (REC-8). */
  password(): string;
  /** 22 characters of base64url, a random UUID, as Kafka wants its cluster id (REC-17). */
  clusterId(): string;
  /** RFC 4648 base64 of a text. */
  base64(text: string): string;
}

/** What became of the Secrets that must exist before anything is rendered. */
export type SecretsOutcome =
  | { readonly kind: "there"; readonly created: readonly KubeObject[] }
  /** Volumes are there and what opens them is not: never generate anew (REC-7). */
  | { readonly kind: "missing"; readonly names: readonly string[] }
  | { readonly kind: "failed"; readonly failure: ApiFailure };

/** What making Secrets needs. */
export interface SecretsContext {
  readonly cache: Cache;
  readonly writer: Writer;
  readonly source: SecretSource;
  readonly owner: KubeObject;
}

/**
 * Creates the Secrets that are missing; one that exists is used as it is, whoever made it. They have no owner
 * reference: they live as long as the volumes that they open.
 */
export async function ensureSecrets(
  wanted: readonly GeneratedSecret[],
  context: SecretsContext,
  signal: AbortSignal,
): Promise<SecretsOutcome> {
  const created: KubeObject[] = [];
  const missing: string[] = [];
  for (const secret of wanted) {
    const outcome = await ensureSecret(secret, context, signal);
    if (outcome.kind === "failed") return outcome;
    if (outcome.kind === "missing") missing.push(secret.name);
    if (outcome.kind === "created") created.push(outcome.object);
  }
  return missing.length > 0 ? { kind: "missing", names: missing } : { kind: "there", created };
}

type SecretOutcome =
  | { readonly kind: "there" | "missing" }
  | { readonly kind: "created"; readonly object: KubeObject }
  | { readonly kind: "failed"; readonly failure: ApiFailure };

async function ensureSecret(
  secret: GeneratedSecret,
  context: SecretsContext,
  signal: AbortSignal,
): Promise<SecretOutcome> {
  if (isThere(secret, context)) return { kind: "there" };
  if (hasVolumes(secret, context) && !isAskedAnew(secret, context)) {
    // The cache may be late, and the Secret may have lost its label: ask before believing that it is gone.
    const { namespace = "" } = context.owner.metadata;
    const answer = await context.writer.fetch(SECRET, { namespace, name: secret.name }, signal);
    if (answer.ok) return { kind: "there" };
    if (answer.failure.kind !== "not-found") return { kind: "failed", failure: answer.failure };
    return { kind: "missing" };
  }
  const answer = await context.writer.create(secretObject(secret, context), signal);
  if (answer.ok) return { kind: "created", object: answer.value };
  if (answer.failure.kind === "conflict") return { kind: "there" };
  return { kind: "failed", failure: answer.failure };
}

function isThere(secret: GeneratedSecret, { cache, owner }: SecretsContext): boolean {
  const { namespace = "" } = owner.metadata;
  return cache.read(SECRET, { namespace, name: secret.name }) !== undefined;
}

/** Volumes and Secret of one component share the `app` label. */
function hasVolumes(secret: GeneratedSecret, { cache, owner }: SecretsContext): boolean {
  const app = secret.labels["app"];
  const claims = cache.list(CLAIM, owner.metadata.namespace ?? "");
  return app !== undefined && claims.some((claim) => claim.metadata.labels?.["app"] === app);
}

/** What runs on the volumes reads no Secret, itself or by a file that is made of it, so that none opens them: a login is switched on. */
function isAskedAnew(secret: GeneratedSecret, { cache, owner }: SecretsContext): boolean {
  const { namespace = "" } = owner.metadata;
  const { app: name = "" } = secret.labels;
  const running = cache.read(STATEFUL_SET, { namespace, name });
  return running !== undefined && !usesOf(running).some((used) => used.startsWith("Secret/"));
}

function secretObject(secret: GeneratedSecret, { source, owner }: SecretsContext): KubeObject {
  const data: Record<string, string> = {};
  for (const [key, value] of Object.entries(secret.keys)) {
    const text = value.make === "fixed" ? value.value : source[value.make]();
    data[key] = source.base64(text);
  }
  const { namespace = "", name } = owner.metadata;
  // No controller: it is no child that is applied or pruned, and goes when its owner is gone.
  const owners = [{ ...referenceTo(owner), controller: false }];
  const labels = {
    ...secret.labels,
    "managed-by": "prism-operator",
    [CLUSTER_LABEL]: secret.labels[CLUSTER_LABEL] ?? name,
    "prism.io/retained": "true",
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: secret.name,
      namespace,
      labels,
      ...(secret.goesWithOwner ? { ownerReferences: owners } : {}),
    },
    type: "Opaque",
    data,
  };
}
