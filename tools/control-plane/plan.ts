/** What one control plane shall be: made by the one who asks, carried out by the supervisor. */
export interface Plan {
  readonly folder: string;
  /** Whether the folder goes with the control plane. */
  readonly isTemporary: boolean;
  /** Programs by name, absolute paths. */
  readonly binaries: Readonly<Record<string, string>>;
  /** Fake nodes; with none there is no KWOK. */
  readonly nodes: number;
  /** Where a real node finds things; undefined where nodes are fake. */
  readonly realNode: RealNode | undefined;
  /** `api-server` is etcd and kube-apiserver alone, for tests that only ask about the API. */
  readonly scope: "full" | "api-server";
  /** An audit Policy in YAML; without one nothing is audited. */
  readonly auditPolicy: string | undefined;
  /** More flags for kube-apiserver, such as `--feature-gates=X=true`. */
  readonly apiServerFlags: readonly string[];
}

/** What pods of a real node need of the control plane. */
export interface RealNode {
  /** Folder of this machine for volumes. */
  readonly volumesIn: string;
  /** Address of the API server that pods can reach; the Service `kubernetes` leads there. */
  readonly address: string;
}

/** What a client needs to know of a server that is ready. */
export interface Connection {
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  /** Bearer token of a user in system:masters. */
  readonly token: string;
  /** PEM. */
  readonly certificateAuthority: string;
}
