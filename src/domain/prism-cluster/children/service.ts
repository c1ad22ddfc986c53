import type { Child } from "../../child.ts";
import type { Port } from "./container.ts";
import { childOf, type Part, selectorOf } from "./part.ts";
import type { Stack } from "./stack.ts";

/** A port of a Service; `target` is the container port's number where it differs. */
export interface ServicePort extends Port {
  readonly target?: number;
  readonly appProtocol?: string;
}

/** What differs from one Service to the next. */
export interface ServicePlan {
  readonly name?: string;
  readonly type?: string;
  readonly headless?: boolean;
  /** Members that look for each other must see those that are not ready yet (REC-15). */
  readonly publishNotReady?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Labels that a pod must have besides those of the part. */
  readonly selects?: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
}

/** A Service in front of a part's pods. */
export function service(stack: Stack, part: Part, plan: ServicePlan): Child {
  return childOf(stack, part, {
    apiVersion: "v1",
    kind: "Service",
    ...(plan.name === undefined ? {} : { name: plan.name }),
    ...(plan.annotations === undefined ? {} : { annotations: plan.annotations }),
    body: {
      spec: {
        type: plan.type ?? "ClusterIP",
        clusterIP: plan.headless ? "None" : undefined,
        selector: { ...selectorOf(part), ...plan.selects },
        publishNotReadyAddresses: plan.publishNotReady,
        sessionAffinity: "None",
        ports: plan.ports.map(portBody),
      },
    },
  });
}

function portBody(port: ServicePort) {
  return {
    name: port.name,
    port: port.port,
    targetPort: port.target ?? port.port,
    protocol: port.protocol ?? "TCP",
    appProtocol: port.appProtocol,
  };
}
