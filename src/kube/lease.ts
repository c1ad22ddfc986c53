import type { ApiResult } from "../controller/api-result.ts";
import type { Resource } from "../controller/resource.ts";

/** Coordination.k8s.io/v1 Lease, as far as an election needs it. */
export interface Lease {
  readonly resourceVersion: string;
  /** Empty when the last holder gave it back. */
  readonly holder: string;
  readonly seconds: number;
  readonly acquiredAt: string;
  readonly transitions: number;
  /** Changes with every renewal; compared, never read as a time, since clocks differ. */
  readonly renewedAt: string;
}

/** Where leases are served. */
export const LEASE: Resource = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
};

/** Reads what the API server sent; missing fields count as given back. */
export function leaseOf(value: unknown): Lease {
  const object = fieldsOf(value);
  const spec = fieldsOf(object["spec"]);
  return {
    resourceVersion: textOf(fieldsOf(object["metadata"])["resourceVersion"]),
    holder: textOf(spec["holderIdentity"]),
    seconds: numberOf(spec["leaseDurationSeconds"]),
    acquiredAt: textOf(spec["acquireTime"]),
    transitions: numberOf(spec["leaseTransitions"]),
    renewedAt: textOf(spec["renewTime"]),
  };
}

/** What the holder says of itself: its version, and what it renders with. Values are texts of options, never secrets. */
export const VERSION_ANNOTATION = "prism.io/operator-version";
export const SETTINGS_ANNOTATION = "prism.io/operator-settings";

/** The object to send; an empty resourceVersion is for creating. `annotations` are those of the writer. */
export function leaseObject(
  key: { readonly namespace: string; readonly name: string },
  lease: Lease,
  annotations: Readonly<Record<string, string>> = {},
): object {
  const { resourceVersion } = lease;
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { ...key, annotations, ...(resourceVersion === "" ? {} : { resourceVersion }) },
    spec: {
      holderIdentity: lease.holder,
      leaseDurationSeconds: lease.seconds,
      acquireTime: lease.acquiredAt,
      renewTime: lease.renewedAt,
      leaseTransitions: lease.transitions,
    },
  };
}

/** Reads and writes one Lease; `put` fails with `conflict` when somebody else wrote since. */
export interface LeaseStore {
  get(signal: AbortSignal): Promise<ApiResult<Lease>>;
  put(lease: Lease, signal: AbortSignal): Promise<ApiResult<Lease>>;
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
