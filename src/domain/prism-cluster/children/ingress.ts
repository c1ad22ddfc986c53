import type { Ingress } from "../../../api/prism-cluster-v1alpha2.ts";
import type { Child } from "../../child.ts";
import { childOf, type Part } from "./part.ts";
import { PROXY } from "./proxy-part.ts";
import type { Stack } from "./stack.ts";

const INGRESS: Part = { ...PROXY, stage: "ingress", component: { kind: "ingress" } };

/** Tells ingress-nginx to speak gRPC to the proxy, as in the source's example. The user's annotations win. */
const GRPC_ANNOTATIONS = { "nginx.ingress.kubernetes.io/backend-protocol": "GRPC" };

/** The ingress where it is on. */
function activeIngress(stack: Stack): Ingress | undefined {
  const { ingress } = stack.spec;
  return ingress === undefined || ingress.enabled === false ? undefined : ingress;
}

/** Whether a certificate is asked for that nobody can issue here. */
export function lacksCertManager(stack: Stack): boolean {
  const issuer = activeIngress(stack)?.tls?.issuerRef;
  return issuer !== undefined && !stack.facts.serves.certificate;
}

/** Ingress in front of the proxies, and the certificate that cert-manager is to issue. */
export function ingressChildren(stack: Stack): readonly Child[] {
  const ingress = activeIngress(stack);
  if (ingress === undefined) return [];
  const { host, tls } = ingress;
  const backend = { service: { name: PROXY.name, port: { name: "grpc" } } };
  return [
    ...certificate(stack, ingress),
    childOf(stack, INGRESS, {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      annotations: { ...GRPC_ANNOTATIONS, ...ingress.annotations },
      body: {
        spec: {
          ingressClassName: ingress.className,
          rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
          tls: tls && [
            { hosts: host === undefined ? undefined : [host], secretName: tls.secretName },
          ],
        },
      },
    }),
  ];
}

/** A Certificate of its own: the annotations of cert-manager's ingress-shim would hide who asks for it. */
function certificate(stack: Stack, { host, tls }: Ingress): readonly Child[] {
  const issuer = tls?.issuerRef;
  if (issuer === undefined || host === undefined || lacksCertManager(stack)) return [];
  const { name, kind = "Issuer", group = "cert-manager.io" } = issuer;
  return [
    childOf(stack, INGRESS, {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      body: {
        spec: { secretName: tls?.secretName, dnsNames: [host], issuerRef: { name, kind, group } },
      },
    }),
  ];
}
