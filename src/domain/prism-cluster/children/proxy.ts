import type { Child } from "../../child.ts";
import { TENANTS_PATH, tenantsMount } from "../tenants/tenant-list.ts";
import { ADMIN_PORT } from "./admin.ts";
import { ADMIN } from "./admin-part.ts";
import { autoscalerChildren, leastReplicas, ownReplicas, type Scalable } from "./autoscaler.ts";
import { disruptionBudget } from "./disruption-budget.ts";
import { networkPolicy } from "./network-policy.ts";
import type { PodPlan } from "./pod.ts";
import { proxyImage } from "./prism-image.ts";
import { PROXY } from "./proxy-part.ts";
import { service } from "./service.ts";
import { dnsName, type Stack } from "./stack.ts";
import { deployment } from "./workload.ts";

/** The only port of the program; it follows no setting. */
const PROXY_PORT = 8980;

/** Least time before a stop signal: endpoints disappear from load balancers a few seconds after the pod is told to go. */
const ENDPOINT_SECONDS = 5;
/** The program's own limits after the signal: 30 s to drain and 30 s to stop (ADR-058). */
const STOP_SECONDS = 60;
const DEFAULT_DRAIN_SECONDS = 30;

/** Proxies when the object says no number: two, so that one can go. */
const DEFAULT_REPLICAS = 2;

/** The proxies as something that may be scaled. */
export function scalableProxy(stack: Stack): Scalable {
  const { replicas = DEFAULT_REPLICAS, autoscaling } = stack.spec.proxy ?? {};
  return { part: PROXY, kind: "Deployment", replicas, autoscaling };
}

/** Proxies with their Service and autoscaler. */
export function proxyChildren(stack: Stack): readonly Child[] {
  const scalable = scalableProxy(stack);
  const { service: options } = stack.spec.proxy ?? {};
  return [
    deployment(stack, PROXY, { replicas: ownReplicas(stack, scalable), pod: proxyPod(stack) }),
    service(stack, PROXY, {
      ...(options?.type === undefined ? {} : { type: options.type }),
      ...(options?.annotations === undefined ? {} : { annotations: options.annotations }),
      ports: [{ name: "grpc", port: PROXY_PORT, appProtocol: "kubernetes.io/h2c" }],
    }),
    ...autoscalerChildren(stack, scalable),
    ...disruptionBudget(stack, PROXY, leastReplicas(scalable)),
    ...networkPolicy(stack, PROXY, [{ from: "everybody", ports: [PROXY_PORT] }]),
  ];
}

function proxyPod(stack: Stack): PodPlan {
  const { proxy = {} } = stack.spec;
  const drain = Math.max(proxy.drainSeconds ?? DEFAULT_DRAIN_SECONDS, ENDPOINT_SECONDS);
  return {
    containers: [
      {
        name: "prism-proxy",
        image: proxyImage(stack),
        env: [
          { name: "PRISM_ADMIN_ENDPOINT", value: `${dnsName(stack, ADMIN.name)}:${ADMIN_PORT}` },
          { name: "PRISM_TENANTS", value: `${TENANTS_PATH}/tenants.json` },
          { name: "PRISM_PROXY_ID", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        ],
        ports: [{ name: "grpc", port: PROXY_PORT }],
        probes: PROBES,
        // The program serves open calls until SIGINT and then gives them 100 ms; SIGTERM it ignores as process 1. So the
        // drain is before the signal, and an image without a shell ends with the grace period instead.
        preStop: { exec: { command: ["sh", "-c", `sleep ${drain}; kill -INT 1`] } },
        ...(proxy.resources === undefined ? {} : { resources: proxy.resources }),
      },
    ],
    mounts: [tenantsMount],
    // The user of the planned distroless image; the program writes nothing and needs no rights.
    user: { uid: 65532, gid: 65532 },
    graceSeconds: drain + STOP_SECONDS,
    ...(proxy.pod === undefined ? {} : { options: proxy.pod }),
  };
}

/** No health service: an accepted connection is all that can be asked for. */
const PROBES = {
  startup: { tcpSocket: { port: PROXY_PORT }, periodSeconds: 2, failureThreshold: 60 },
  readiness: { tcpSocket: { port: PROXY_PORT }, periodSeconds: 5 },
  liveness: { tcpSocket: { port: PROXY_PORT }, failureThreshold: 6 },
};
