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
  const parsed = parse(cert);
  if (parsed === undefined) return undefined;
  return {
    notBeforeMs: parsed.validFromDate.getTime(),
    notAfterMs: parsed.validToDate.getTime(),
  };
}

/** True when the key belongs to the certificate; false also for texts that are neither. */
export function belongTogether(pair: KeyPair): boolean {
  const parsed = parse(pair.cert);
  if (parsed === undefined) return false;
  try {
    return parsed.checkPrivateKey(createPrivateKey(pair.key));
  } catch {
    return false;
  }
}

/** True when `issuer` signed `cert`. */
export function isIssuedBy(cert: string, issuer: string): boolean {
  const [child, parent] = [parse(cert), parse(issuer)];
  if (child === undefined || parent === undefined) return false;
  return child.checkIssued(parent) && child.verify(parent.publicKey);
}

/** True for a certificate that may sign others. */
export function isAuthority(cert: string): boolean {
  return parse(cert)?.ca === true;
}

function parse(cert: string): X509Certificate | undefined {
  try {
    return new X509Certificate(cert);
  } catch {
    return undefined;
  }
}
