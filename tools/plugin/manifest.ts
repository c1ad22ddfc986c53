import { stringify } from "yaml";

/** What is published of one release. */
export interface PluginRelease {
  /** Without the v. */
  readonly version: string;
  /** Where the archive is downloaded from; https. */
  readonly uri: string;
  /** Of the archive, in hex. */
  readonly sha256: string;
}

const HOME = "https://github.com/jrepp/prism-operator";

const CAVEATS = `It needs Node 24 on the PATH.
Completion of "kubectl prism": link kubectl_complete-prism of the plugin's folder into your PATH.
`;

/** Krew's manifest of the plugin (krew.googlecontainertools.github.com/v1alpha2, developer-guide/develop/plugin-manifest). */
export function pluginManifest({ version, uri, sha256 }: PluginRelease): string {
  return stringify({
    apiVersion: "krew.googlecontainertools.github.com/v1alpha2",
    kind: "Plugin",
    metadata: { name: "prism" },
    spec: {
      version: `v${version}`,
      homepage: HOME,
      shortDescription: "Checks, explains and compares Prism deployments",
      description:
        "Checks, converts, renders and compares prism.io manifests without a cluster, and tells what a cluster does with them.\n",
      caveats: CAVEATS,
      platforms: [
        {
          selector: {
            matchExpressions: [{ key: "os", operator: "In", values: ["darwin", "linux"] }],
          },
          uri,
          sha256,
          bin: "bin/kubectl-prism",
        },
      ],
    },
  });
}
