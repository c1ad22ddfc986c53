/** A certificate with its private key, and what can be said about one without the clock. */
import { createPrivateKey, X509Certificate } from "node:crypto";

/** PEM texts; the key is PKCS #8. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Wall-clock milliseconds. */
export interface Validity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** When a certificate is valid; undefined for a text that is no certificate. */
export function validityOf(cert: string): Validity | undefined {
  const parsed = parseCertificate(cert);
  if (parsed === undefined) return undefined;
  return {
    notBeforeMs: parsed.validFromDate.getTime(),
    notAfterMs: parsed.validToDate.getTime(),
  };
}

/** True when the key belongs to the certificate; false also for texts that are neither. */
export function belongTogether(pair: KeyPair): boolean {
  const parsed = parseCertificate(pair.cert);
  if (parsed === undefined) return false;
  try {
    return parsed.checkPrivateKey(createPrivateKey(pair.key));
  } catch {
    return false;
  }
}

/** True when `issuer` signed `cert`. */
export function isIssuedBy(cert: string, issuer: string): boolean {
  const [child, parent] = [parseCertificate(cert), parseCertificate(issuer)];
  if (child === undefined || parent === undefined) return false;
  return child.checkIssued(parent) && child.verify(parent.publicKey);
}

/** True for a certificate that may sign others. */
export function isAuthority(cert: string): boolean {
  return parseCertificate(cert)?.ca === true;
}

/** The same few certificates are looked at every few seconds, and reading one costs as much as a request. */
const MAX_KNOWN = 64;
const known = new Map<string, X509Certificate>();

/** A certificate from its PEM text; undefined for a text that is none. */
export function parseCertificate(cert: string): X509Certificate | undefined {
  const before = known.get(cert);
  if (before !== undefined) return before;
  try {
    const parsed = new X509Certificate(cert);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(cert, parsed);
    return parsed;
  } catch {
    return undefined;
  }
}
