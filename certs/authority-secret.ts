/** The Secret that holds the certificate authority (TLS-4): its keys, and which step of its life comes next. */
import { anchorsOf, mergeBundles } from "./bundle.ts";
import { belongTogether, isAuthority, type KeyPair, validityOf } from "./key-pair.ts";

/** A Secret as it is stored; `data` is decoded. */
export interface StoredSecret {
  readonly resourceVersion: string;
  readonly data: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What is to be written; `null` removes a key or an annotation. */
export interface SecretContent {
  readonly data: Readonly<Record<string, string | null>>;
  readonly annotations: Readonly<Record<string, string | null>>;
}

/** A usable authority. During a rotation `next` is already trusted but does not sign yet. */
export interface AuthorityState {
  readonly signing: KeyPair;
  readonly next?: KeyPair;
  /** Every anchor that webhook configurations must trust, PEM. */
  readonly bundle: string;
  /** Since when every target trusts `next`, wall-clock milliseconds. */
  readonly nextTrustedAtMs?: number;
  /** The rotation that was asked for by annotation and is not done yet. */
  readonly requested?: string;
}

/** The next step; `found` comes from a fresh read. */
export type AuthorityStep = "none" | "create" | "announce" | "switch";

/** Set by a person, to any new value, to rotate now. */
export const ROTATE_ANNOTATION = "prism.io/rotate-ca";
const ROTATED_ANNOTATION = "prism.io/rotated-ca";
const TRUSTED_ANNOTATION = "prism.io/next-ca-trusted-at";

const DAY_MS = 24 * 3_600_000;
/** A third of the authority's life: months for somebody to notice that rotation fails. */
const ROTATE_BEFORE_MS = 122 * DAY_MS;
/** From here on any replica rotates, the leader may be stuck. */
const ANYBODY_BEFORE_MS = DAY_MS;
/** API servers read a changed webhook configuration within seconds; this is wide on purpose (TLS-6). */
const OVERLAP_MS = 5 * 60_000;
const MAX_OWN_ANCHORS = 4;

/** Reads a Secret; undefined when it holds no usable authority (missing keys, wrong pair, expired). */
export function readAuthority(secret: StoredSecret, nowMs: number): AuthorityState | undefined {
  const signing = pairOf(secret.data, "ca", nowMs);
  if (signing === undefined) return undefined;
  const next = pairOf(secret.data, "next", nowMs);
  const trustedAtMs = Date.parse(secret.annotations[TRUSTED_ANNOTATION] ?? "");
  const requested = secret.annotations[ROTATE_ANNOTATION];
  return {
    signing,
    bundle: ownBundle([signing, ...(next ? [next] : [])], secret.data["bundle.crt"] ?? "", nowMs),
    ...(next && { next }),
    ...(next && !Number.isNaN(trustedAtMs) && { nextTrustedAtMs: trustedAtMs }),
    ...(requested !== undefined &&
      requested !== secret.annotations[ROTATED_ANNOTATION] && { requested }),
  };
}

export interface StepConditions {
  readonly nowMs: number;
  readonly isLeader: boolean;
  /** Every target was just seen to trust the whole bundle. */
  readonly isTrusted: boolean;
}

/** Decides what to do about an authority; only the leader rotates while there is time. */
export function nextStep(
  state: AuthorityState | undefined,
  { nowMs, isLeader, isTrusted }: StepConditions,
): AuthorityStep {
  if (state === undefined) return "create";
  const leftMs = (validityOf(state.signing.cert)?.notAfterMs ?? 0) - nowMs;
  if (!isLeader && leftMs > ANYBODY_BEFORE_MS) return "none";
  if (state.next === undefined) {
    return leftMs < ROTATE_BEFORE_MS || state.requested !== undefined ? "announce" : "none";
  }
  return isTrusted && isOverlapped(state, nowMs) ? "switch" : "none";
}

function isOverlapped(state: AuthorityState, nowMs: number): boolean {
  return nowMs - (state.nextTrustedAtMs ?? nowMs) >= OVERLAP_MS;
}

/** Content for a new authority; anchors of an unusable predecessor stay trusted until they expire. */
export function createdSecret(
  authority: KeyPair,
  predecessor: StoredSecret | undefined,
  nowMs: number,
): SecretContent {
  const data: StoredSecret["data"] = predecessor?.data ?? {};
  const before = `${data["ca.crt"] ?? ""}${data["next.crt"] ?? ""}${data["bundle.crt"] ?? ""}`;
  return {
    data: {
      "ca.crt": authority.cert,
      "ca.key": authority.key,
      ...NO_NEXT,
      "bundle.crt": ownBundle([authority], before, nowMs),
    },
    annotations: { ...FORGET_NEXT, ...doneRequest(predecessor) },
  };
}

/** Phase one of a rotation: `next` is trusted, the old authority goes on signing. */
export function announcedSecret(
  state: AuthorityState,
  next: KeyPair,
  secret: StoredSecret,
  nowMs: number,
): SecretContent {
  return {
    data: {
      "ca.crt": state.signing.cert,
      "ca.key": state.signing.key,
      "next.crt": next.cert,
      "next.key": next.key,
      "bundle.crt": ownBundle([state.signing, next], state.bundle, nowMs),
    },
    annotations: { ...FORGET_NEXT, ...doneRequest(secret) },
  };
}

/** Notes that every target trusts `next` since `nowMs`. */
export function trustedSecret(nowMs: number): SecretContent {
  return {
    data: {},
    annotations: { [TRUSTED_ANNOTATION]: new Date(nowMs).toISOString() },
  };
}

/** Phase two: `next` signs; the old authority stays trusted until it expires. */
export function switchedSecret(state: AuthorityState, next: KeyPair, nowMs: number): SecretContent {
  return {
    data: {
      "ca.crt": next.cert,
      "ca.key": next.key,
      ...NO_NEXT,
      "bundle.crt": ownBundle([next, state.signing], state.bundle, nowMs),
    },
    annotations: FORGET_NEXT,
  };
}

const NO_NEXT: Readonly<Record<string, null>> = { "next.crt": null, "next.key": null };
const FORGET_NEXT: Readonly<Record<string, null>> = { [TRUSTED_ANNOTATION]: null };

function doneRequest(secret: StoredSecret | undefined): Record<string, string> {
  const requested = secret?.annotations[ROTATE_ANNOTATION];
  return requested === undefined ? {} : { [ROTATED_ANNOTATION]: requested };
}

function pairOf(
  data: Readonly<Record<string, string>>,
  name: "ca" | "next",
  nowMs: number,
): KeyPair | undefined {
  const pair = { cert: data[`${name}.crt`] ?? "", key: data[`${name}.key`] ?? "" };
  if (!isAuthority(pair.cert) || !belongTogether(pair)) return undefined;
  return (validityOf(pair.cert)?.notAfterMs ?? 0) > nowMs ? pair : undefined;
}

function ownBundle(pairs: readonly KeyPair[], before: string, nowMs: number): string {
  const current = pairs.map((pair) => pair.cert).join("\n");
  return anchorsOf(mergeBundles(current, before, nowMs))
    .slice(0, MAX_OWN_ANCHORS)
    .join("");
}
