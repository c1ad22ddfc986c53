/** From a valid object to intents: secrets first, then facts, then children. */
import type { Child, Component, Stage } from "../domain/child.ts";
import type { Guest } from "../domain/guest.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import type { MissingSecret } from "../domain/missing-secret.ts";
import type { Status } from "../domain/rendered-kind.ts";
import type { FindingSet } from "../domain/standing.ts";
import type { UnmetNeed } from "../domain/unmet-need.ts";
import type { Valid } from "../domain/validator.ts";
import type { ApiResult } from "./api-result.ts";
import { familyIn, gatherFacts, type Settings } from "./facts.ts";
import { ensureSecrets, type SecretSource } from "./generated-secrets.ts";
import { type Intent, intentOf } from "./ownership.ts";
import type { Cache, Writer } from "./ports.ts";
import type { ReconciledKind } from "./reconciled-kind.ts";

/** What rendering needs. */
export interface RenderContext<T, S extends Status> {
  readonly kind: ReconciledKind<T, S>;
  readonly cache: Cache;
  readonly writer: Writer;
  readonly settings: Settings;
  readonly secrets: SecretSource;
}

/** What should exist. */
export interface Rendered {
  /** To apply; without the components that wait for a Secret or for volumes that fit. */
  readonly intents: readonly Intent[];
  /** Everything that is wanted, also what waits: nothing of it may be pruned. */
  readonly wanted: readonly Intent[];
  /** False while it cannot be said what is wanted: then nothing is pruned. */
  readonly isWhole: boolean;
  /** The first stage of other objects that later stages of this one wait for. */
  readonly gate: Stage | undefined;
  readonly guests: readonly Guest[];
  readonly remarks: FindingSet;
  readonly basis: string;
  readonly missing: readonly MissingSecret[];
  readonly unmet: readonly UnmetNeed[];
  /** Generated Secrets that this pass made. */
  readonly created: readonly KubeObject[];
}

/** Renders an object; makes the credentials that are still missing on the way. */
export async function render<T, S extends Status>(
  valid: Valid<T>,
  owner: KubeObject,
  context: RenderContext<T, S>,
  signal: AbortSignal,
): Promise<ApiResult<Rendered>> {
  const { kind, cache, writer, settings, secrets } = context;
  const family = familyIn(cache);
  const wantedSecrets = kind.generatedSecrets(valid, family);
  const made = await ensureSecrets(
    wantedSecrets,
    { cache, writer, source: secrets, owner },
    signal,
  );
  if (made.kind === "failed") return { ok: false, failure: made.failure };
  const { namespace = "" } = owner.metadata;
  const own = new Set(wantedSecrets.map(({ name }) => name));
  const lost = new Set(made.kind === "missing" ? made.names : []);
  // A Secret of ours that is gone for good has no watch of its own: it would only be waited for.
  const referenced = kind
    .referencedObjects(valid, family)
    .filter((one) => !(one.kind === "Secret" && own.has(one.name) && lost.has(one.name)));
  const facts = await gatherFacts(cache, settings, namespace, referenced);
  if (!facts.ok) return facts;
  const missing = kind.missingSecrets(valid, facts.value);
  const children = kind.desiredChildren(valid, facts.value);
  const wanted = (children ?? []).map((child) => intentOf(child, owner, settings.digest));
  const unmet = kind.unmetNeeds(valid, facts.value);
  const waiting = [
    ...missing.flatMap(({ components }) => components),
    ...unmet.filter(({ holdsBack }) => holdsBack).map(({ component }) => component),
  ];
  const intents = wanted.filter(({ child }) => !waits(child, waiting));
  const created = made.kind === "there" ? made.created : [];
  const gate = kind.gate(valid, family);
  const guests = kind.guests(valid, family);
  const isWhole = children !== undefined;
  const remarks = kind.remarks(valid, facts.value);
  const basis = kind.basis(valid, family);
  const around = { isWhole, gate, guests, remarks, basis };
  return { ok: true, value: { intents, wanted, ...around, missing, unmet, created } };
}

function waits(child: Child, waiting: readonly Component[]): boolean {
  return waiting.some((one) => isSame(one, child.component));
}

function isSame(a: Component, b: Component): boolean {
  const nameOf = (one: Component): string => ("name" in one ? one.name : "");
  return a.kind === b.kind && nameOf(a) === nameOf(b);
}
