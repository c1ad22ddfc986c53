/** Keeps the authority's Secret right, whoever else writes it: every write is conditional, every conflict is a re-read (TLS-5). */
import {
  type AuthorityState,
  type AuthorityStep,
  announcedSecret,
  createdSecret,
  nextStep,
  readAuthority,
  type SecretContent,
  type StoredSecret,
  switchedSecret,
  trustedSecret,
} from "./authority-secret.ts";
import { issueAuthority } from "./certificate.ts";

/** The one Secret, through the API server. Other failures reject. */
export interface SecretStore {
  read(signal: AbortSignal): Promise<StoredSecret | undefined>;
  /** `conflict`: it exists. */
  create(content: SecretContent, signal: AbortSignal): Promise<"written" | "conflict">;
  /** `conflict`: it is not at this resourceVersion any more, or gone. */
  update(
    content: SecretContent,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<"written" | "conflict">;
}

export interface AuthorityOptions {
  readonly store: SecretStore;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  readonly isLeader: () => boolean;
  /** Every target was just seen to trust the whole bundle. */
  readonly isTrusted: () => boolean;
}

export interface Authority {
  /** Reads the Secret and takes the step that is due; answers what holds then. */
  ensure(signal: AbortSignal): Promise<AuthorityState>;
  /** Notes in the Secret that every target trusts the next authority. */
  noteTrusted(signal: AbortSignal): Promise<void>;
}

/** With 20 replicas at once each loses at most a few races: somebody wins each round. */
const MAX_ROUNDS = 50;

/** The authority behind a Secret store. */
export function createAuthority(options: AuthorityOptions): Authority {
  const { store, now, isLeader, isTrusted } = options;
  return {
    async ensure(signal) {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const secret = await store.read(signal);
        const nowMs = now();
        const state = secret && readAuthority(secret, nowMs);
        const step = nextStep(state, { nowMs, isLeader: isLeader(), isTrusted: isTrusted() });
        if (step === "none" && state !== undefined) return state;
        await take(step, secret, state, { store, nowMs, signal });
      }
      throw new Error("the certificate authority's Secret changes too often");
    },
    async noteTrusted(signal) {
      const secret = await store.read(signal);
      const state = secret && readAuthority(secret, now());
      if (state?.next === undefined || state.nextTrustedAtMs !== undefined) return;
      if (secret) await store.update(trustedSecret(now()), secret.resourceVersion, signal);
    },
  };
}

interface StepContext {
  readonly store: SecretStore;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** Writes one step; a lost race shows in the next read. */
async function take(
  step: AuthorityStep,
  secret: StoredSecret | undefined,
  state: AuthorityState | undefined,
  { store, nowMs, signal }: StepContext,
): Promise<void> {
  if (secret === undefined) {
    await store.create(createdSecret(await issueAuthority(nowMs), undefined, nowMs), signal);
    return;
  }
  const content = await contentAfter(step, secret, state, nowMs);
  await store.update(content, secret.resourceVersion, signal);
}

async function contentAfter(
  step: AuthorityStep,
  secret: StoredSecret,
  state: AuthorityState | undefined,
  nowMs: number,
): Promise<SecretContent> {
  if (state !== undefined && step === "announce") {
    return announcedSecret(state, await issueAuthority(nowMs), secret, nowMs);
  }
  if (state?.next !== undefined && step === "switch") {
    return switchedSecret(state, state.next, nowMs);
  }
  return createdSecret(await issueAuthority(nowMs), secret, nowMs);
}
