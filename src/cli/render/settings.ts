/** What the operator's options and the cluster say of every PrismCluster; without a cluster the user says it. */
import { CLUSTER_DOMAIN, IMAGES_REGISTRY, PRISM_VERSION } from "../../domain/prism-release.ts";
import type { RenderFacts } from "../../domain/render-facts.ts";
import { choices, text, textOr } from "../frame/option.ts";

/** APIs of others that rendering makes use of where they are served. */
const OPTIONAL_APIS = ["servicemonitors", "scaledobjects", "certificates"] as const;

/** Options of commands that render without a cluster: the operator's, under its names. */
export const RENDER_OPTIONS = {
  imagesRegistry: textOr("prefix", "registry of the Prism images", IMAGES_REGISTRY),
  imageMirror: text("registry", "in place of Docker Hub for images that name no registry"),
  prismVersion: textOr("tag", "tag of the Prism images", PRISM_VERSION),
  clusterDomain: textOr("domain", "DNS domain of the cluster", CLUSTER_DOMAIN),
  without: choices("api", "an API that the cluster does not serve, may be repeated", OPTIONAL_APIS),
  namespace: textOr("name", "of objects that name none", "default", { short: "n" }),
} as const;

/** The values of `RENDER_OPTIONS`. */
export interface RenderValues {
  readonly imagesRegistry: string;
  readonly imageMirror: string | undefined;
  readonly prismVersion: string;
  readonly clusterDomain: string;
  readonly without: readonly (typeof OPTIONAL_APIS)[number][];
  readonly namespace: string;
}

/** What is the same for every object that is rendered. */
export type RenderSettings = Pick<RenderFacts, "images" | "clusterDomain" | "serves"> & {
  /** Of objects that name none. */
  readonly namespace: string;
};

/** Reads the options. */
export function settingsOf(values: RenderValues): RenderSettings {
  const { imagesRegistry: registry, imageMirror: mirror, prismVersion: tag, without } = values;
  return {
    images: { registry, tag, ...(mirror === undefined ? {} : { mirror }) },
    clusterDomain: values.clusterDomain,
    serves: {
      serviceMonitor: !without.includes("servicemonitors"),
      scaledObject: !without.includes("scaledobjects"),
      certificate: !without.includes("certificates"),
    },
    namespace: values.namespace,
  };
}
