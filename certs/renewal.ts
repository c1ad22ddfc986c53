/** When the serving certificate of a replica must be replaced (TLS-3). */
import { isIssuedBy, type KeyPair, validityOf } from "./key-pair.ts";

/** Why a leaf must be replaced: `now`, `soon` (it still serves, but its issuer changed), or not at all. */
export type Renewal = "now" | "soon" | "none";

/** Judges a leaf against the signing authority and the wall clock; a leaf is renewed at two thirds of its life. */
export function renewalOf(leaf: KeyPair | undefined, authority: KeyPair, nowMs: number): Renewal {
  const validity = leaf && validityOf(leaf.cert);
  if (leaf === undefined || validity === undefined) return "now";
  const { notBeforeMs, notAfterMs } = validity;
  if (nowMs >= notAfterMs || nowMs < notBeforeMs) return "now";
  if (!isIssuedBy(leaf.cert, authority.cert)) return "soon";
  const renewAtMs = notBeforeMs + ((notAfterMs - notBeforeMs) * 2) / 3;
  return nowMs >= renewAtMs ? "now" : "none";
}
