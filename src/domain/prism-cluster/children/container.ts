import type { EnvVar, Resources } from "../../../api/prism-cluster-v1alpha2.ts";
import type { JsonObject } from "../../kube-object.ts";
import { canonicalQuantity } from "./quantity.ts";

/** A port that a container listens on. */
export interface Port {
  readonly name: string;
  readonly port: number;
  readonly protocol?: string;
}

/** What a renderer says of a container; defaults and security are added here. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly ports?: readonly Port[];
  readonly resources?: Resources;
  readonly probes?: {
    readonly startup?: JsonObject;
    readonly readiness?: JsonObject;
    readonly liveness?: JsonObject;
  };
  readonly preStop?: JsonObject;
}

/** A container that passes the `restricted` Pod Security Standard (REC-14), with the API server's defaults written out. */
export function containerBody(
  container: Container,
  pullPolicy: string | undefined,
  mounts: readonly JsonObject[],
): JsonObject {
  const { probes } = container;
  return {
    name: container.name,
    image: container.image,
    imagePullPolicy: pullPolicy ?? defaultPullPolicy(container.image),
    command: container.command,
    args: container.args,
    env: container.env?.map(envBody),
    ports: container.ports?.map((port) => ({
      name: port.name,
      containerPort: port.port,
      protocol: port.protocol ?? "TCP",
    })),
    resources: resourcesBody(container.resources ?? {}),
    startupProbe: probes?.startup && probeBody(probes.startup),
    readinessProbe: probes?.readiness && probeBody(probes.readiness),
    livenessProbe: probes?.liveness && probeBody(probes.liveness),
    lifecycle: container.preStop && { preStop: container.preStop },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    terminationMessagePath: "/dev/termination-log",
    // The last log lines of a crash are what on-call reads first.
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: mounts,
  };
}

/** The rule of core/v1 defaulting: `latest` or no tag is pulled always; a digest pins. */
function defaultPullPolicy(image: string): "Always" | "IfNotPresent" {
  if (image.includes("@")) return "IfNotPresent";
  const name = image.slice(image.lastIndexOf("/") + 1);
  return !name.includes(":") || name.endsWith(":latest") ? "Always" : "IfNotPresent";
}

/** A limit without a request is also the request, as in core/v1 defaulting. */
function resourcesBody({ requests, limits }: Resources): JsonObject {
  const asked = { ...limits, ...requests };
  return {
    requests: Object.keys(asked).length > 0 ? quantities(asked) : undefined,
    limits: limits && quantities(limits),
  };
}

function quantities(amounts: Readonly<Record<string, string | number>>): JsonObject {
  return Object.fromEntries(
    Object.entries(amounts).map(([key, amount]) => [key, canonicalQuantity(String(amount))]),
  );
}

function envBody(variable: EnvVar): JsonObject {
  const { fieldRef, ...rest } = variable.valueFrom ?? {};
  if (variable.valueFrom === undefined) return { name: variable.name, value: variable.value ?? "" };
  const source = isObject(fieldRef) ? { fieldRef: { apiVersion: "v1", ...fieldRef } } : {};
  return { name: variable.name, valueFrom: { ...rest, ...source } };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function probeBody(probe: JsonObject): JsonObject {
  const { httpGet, grpc } = probe;
  return {
    periodSeconds: 10,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
    ...probe,
    httpGet: isObject(httpGet) ? { path: "/", scheme: "HTTP", ...httpGet } : undefined,
    grpc: isObject(grpc) ? { service: "", ...grpc } : undefined,
  };
}
