/** Host names and Kubernetes names as formats (kube-openapi pkg/validation/strfmt). */
import { lazyPattern } from "../pattern.ts";

const LABEL = "[a-zA-Z0-9\\p{S}\\p{L}]";
/** strfmt's pattern: one label, or labels with a last one of letters only. The one label may not contain a dash after the second character. */
const HOST_NAME = lazyPattern(
  `^(${LABEL}((-?${LABEL}{0,62})?)|(${LABEL}(([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}${LABEL})?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$`,
);
const SHORT_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const MAX_HOST_BYTES = 255;
const MAX_LABEL_BYTES = 63;
const MAX_LONG_NAME = 253;

/** A host name of RFC 1034 with letters of all scripts; lengths are in bytes of UTF-8. */
export function isHostname(text: string): boolean {
  const pattern = HOST_NAME();
  return (
    text.length <= MAX_HOST_BYTES &&
    Buffer.byteLength(text) <= MAX_HOST_BYTES &&
    pattern.kind === "pattern" &&
    pattern.test(text) &&
    text.split(".").every((label) => Buffer.byteLength(label) <= MAX_LABEL_BYTES)
  );
}

/** k8s-short-name: a lower-case DNS label of at most 63 characters. */
export function isShortName(text: string): boolean {
  return text.length <= MAX_LABEL_BYTES && SHORT_NAME.test(text);
}

/** k8s-long-name: dot-separated labels, together at most 253 characters. */
export function isLongName(text: string): boolean {
  return text.length <= MAX_LONG_NAME && text.split(".").every((part) => SHORT_NAME.test(part));
}
