/** The names under which the API server reaches the webhook Service (TLS-3). */

/** `<service>`, `<service>.<namespace>`, `.svc` (the one the API server checks) and the cluster's own domain. */
export function serviceNames(
  service: string,
  namespace: string,
  clusterDomain: string,
): readonly string[] {
  const inNamespace = `${service}.${namespace}`;
  return [service, inNamespace, `${inNamespace}.svc`, `${inNamespace}.svc.${clusterDomain}`];
}
