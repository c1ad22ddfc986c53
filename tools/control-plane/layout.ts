import { join } from "node:path";

/** Where one control plane keeps its files. Everything is under one folder. */
export interface Layout {
  readonly folder: string;
  readonly stateFile: string;
  readonly kubeconfig: string;
  /** Links to the programs in use, so that one PATH entry serves for all. */
  readonly bin: string;
  readonly logs: string;
  readonly auditLog: string;
  readonly etcdData: string;
  readonly certificates: string;
  readonly signingKey: string;
  readonly signingPublicKey: string;
  readonly tokens: string;
  readonly auditPolicy: string;
  /** PEM files that the API server shows to aggregated ones; a certificate that signs itself is its own authority. */
  readonly frontProxy: { readonly certificate: string; readonly key: string };
}

/** The files of the control plane in a folder. */
export function layoutOf(folder: string): Layout {
  const secrets = join(folder, "secrets");
  return {
    folder,
    stateFile: join(folder, "state.json"),
    kubeconfig: join(folder, "kubeconfig"),
    bin: join(folder, "bin"),
    logs: join(folder, "logs"),
    auditLog: join(folder, "logs", "audit.log"),
    etcdData: join(folder, "etcd"),
    certificates: join(folder, "certificates"),
    signingKey: join(secrets, "service-account.key"),
    signingPublicKey: join(secrets, "service-account.pub"),
    tokens: join(secrets, "tokens.csv"),
    auditPolicy: join(secrets, "audit-policy.yaml"),
    frontProxy: {
      certificate: join(folder, "certificates", "front-proxy.crt"),
      key: join(folder, "certificates", "front-proxy.key"),
    },
  };
}
