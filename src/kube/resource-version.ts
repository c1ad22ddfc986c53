/**
 * True when `a` is the newer of two resourceVersions of one resource. They are decimal numbers of any length
 * that may be compared within a resource (KEP-5504, stable in Kubernetes 1.35; true of etcd before).
 */
export function isNewer(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}
