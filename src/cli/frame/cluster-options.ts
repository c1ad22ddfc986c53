import { text } from "./option.ts";

/** Options of every command that needs a cluster, in kubectl's words. */
export const CLUSTER_OPTIONS = {
  kubeconfig: text("file", "the kubeconfig (default: KUBECONFIG, then ~/.kube/config)", {
    candidates: "files",
  }),
  context: text("name", "the context of the kubeconfig (default: its current one)", {
    candidates: async (session) => (await import("./live-names.ts")).contextNames(session),
  }),
  namespace: text("name", "the namespace (default: that of the context)", {
    short: "n",
    candidates: async (session) => (await import("./live-names.ts")).namespaceNames(session),
  }),
} as const;
