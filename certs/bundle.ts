/** A bundle of trust anchors: PEM certificates, one after the other, as `caBundle` holds them. */
import { parseCertificate, validityOf } from "./key-pair.ts";

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
/** More anchors than any rotation needs; keeps a webhook configuration small. */
const MAX_ANCHORS = 16;

/** The certificates of a PEM text, normalised, in order; what is no certificate is left out. */
export function anchorsOf(pem: string): readonly string[] {
  const anchors: string[] = [];
  for (const [text] of pem.matchAll(PEM)) {
    // Foreign content of a bundle is not ours to judge; the API server would refuse it anyway.
    const anchor = parseCertificate(text)?.toString();
    if (anchor !== undefined) anchors.push(anchor);
  }
  return anchors;
}

/**
 * `ours` first, then what else `present` holds: foreign anchors stay (merge, not replace) until they expire. Without
 * duplicates, at most 16.
 */
export function mergeBundles(ours: string, present: string, nowMs: number): string {
  const all = new Set([...anchorsOf(ours), ...anchorsOf(present)]);
  return [...all]
    .filter((anchor) => isUnexpired(anchor, nowMs))
    .slice(0, MAX_ANCHORS)
    .join("");
}

/** True when every anchor of `wanted` is in `present`. */
export function includesAll(present: string, wanted: string): boolean {
  const there = new Set(anchorsOf(present));
  return anchorsOf(wanted).every((anchor) => there.has(anchor));
}

function isUnexpired(anchor: string, nowMs: number): boolean {
  return (validityOf(anchor)?.notAfterMs ?? 0) > nowMs;
}
