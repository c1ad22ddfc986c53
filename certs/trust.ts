/** Whether the API server would accept a certificate, by what a webhook configuration or CRD tells it to trust. */
import { anchorsOf } from "./bundle.ts";
import { bundlesOf } from "./injection.ts";
import { isIssuedBy, validityOf } from "./key-pair.ts";

/** `unsaid`: a clientConfig has no caBundle, so that the API server goes by the roots of its own machine. */
export type Trust = "trusted" | "distrusted" | "unsaid";

/** Judges every clientConfig of an object against a PEM chain, the serving certificate first. */
export function trustOf(object: unknown, chain: string): Trust {
  const verdicts = bundlesOf(object).map((bundle) => {
    if (bundle === "") return "unsaid";
    return anchorOf(bundle, chain) === undefined ? "distrusted" : "trusted";
  });
  if (verdicts.includes("distrusted")) return "distrusted";
  return verdicts.includes("unsaid") ? "unsaid" : "trusted";
}

/** The anchor of a bundle that a chain leads to: it signed a certificate of the chain, or is one; the last to end. */
export function anchorOf(bundle: string, chain: string): string | undefined {
  const certificates = anchorsOf(chain);
  const anchors = anchorsOf(bundle).filter((anchor) =>
    certificates.some((one) => one === anchor || isIssuedBy(one, anchor)),
  );
  return anchors.toSorted((a, b) => endOf(b) - endOf(a))[0];
}

function endOf(cert: string): number {
  return validityOf(cert)?.notAfterMs ?? 0;
}
