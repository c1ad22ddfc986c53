import type { ApiResult } from "../controller/api-result.ts";
import { LEASE, type Lease, type LeaseStore, leaseObject, leaseOf } from "./lease.ts";
import { collectionPath, objectPath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";

/** A renewal that takes longer is as good as none. */
const LEASE_TIMEOUT_MS = 5_000;

/** The Lease of that name on the API server; each write says by `annotations` whose it is. */
export function leaseStore(
  transport: Transport,
  namespace: string,
  name: string,
  annotations: Readonly<Record<string, string>>,
): LeaseStore {
  const path = objectPath(LEASE, { namespace, name });
  const read = (answer: ApiResult<unknown>): ApiResult<Lease> =>
    answer.ok ? { ok: true, value: leaseOf(answer.value) } : answer;
  return {
    get: async (signal) =>
      read(await transport.call({ method: "GET", path, timeoutMs: LEASE_TIMEOUT_MS }, signal)),
    put: async (lease, signal) => {
      const body = JSON.stringify(leaseObject({ namespace, name }, lease, annotations));
      const isNew = lease.resourceVersion === "";
      const call = isNew
        ? ({ method: "POST", path: collectionPath(LEASE, namespace) } as const)
        : ({ method: "PUT", path } as const);
      return read(await transport.call({ ...call, body, timeoutMs: LEASE_TIMEOUT_MS }, signal));
    },
  };
}
