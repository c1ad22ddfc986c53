import { SETTINGS_ANNOTATION, VERSION_ANNOTATION } from "./kube/lease.ts";
import type { Options } from "./options.ts";

/** What prismctl must know of the operator to say the same as it. */
export function leaseAnnotations(
  version: string,
  options: Options,
): Readonly<Record<string, string>> {
  const {
    imagesRegistry: registry,
    prismVersion: tag,
    imageMirror: mirror,
    imageDigests: digests,
    clusterDomain,
  } = options;
  const settings = { registry, tag, mirror, digests, clusterDomain };
  return {
    [VERSION_ANNOTATION]: version,
    [SETTINGS_ANNOTATION]: JSON.stringify(settings),
  };
}
