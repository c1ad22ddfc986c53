import type { Component } from "../../child.ts";
import type { UnmetNeed } from "../../unmet-need.ts";
import { lacksKeda, type Scalable } from "./autoscaler.ts";
import { lacksCertManager } from "./ingress.ts";
import { unreadableData } from "./kept-data.ts";
import { scalableProxy } from "./proxy.ts";
import { scalableRunner } from "./runner.ts";
import type { Stack } from "./stack.ts";

const KEDA =
  "autoscaling.scaler is keda, but KEDA (keda.sh/v1alpha1 ScaledObject) is not installed";
const CERT_MANAGER =
  "ingress.tls.issuerRef is set, but cert-manager (cert-manager.io/v1 Certificate) is not installed";

/** What an autoscaler lacks. */
export function kedaNeed(stack: Stack, scalable: Scalable): readonly UnmetNeed[] {
  if (!lacksKeda(stack, scalable)) return [];
  return [{ component: scalable.part.component, reason: "KedaMissing", message: KEDA }];
}

/** ServiceMonitors are no need: metrics are there without them, and v1alpha1's example asks for them everywhere. */
export function unmetOf(stack: Stack): readonly UnmetNeed[] {
  const scalables = [scalableProxy(stack), ...(stack.spec.patterns ?? []).map(scalableRunner)];
  const keda = scalables.flatMap((scalable) => kedaNeed(stack, scalable));
  const data = unreadableData(stack).map(
    (found): UnmetNeed => ({ ...found, reason: "DataUnreadable", holdsBack: true }),
  );
  const needs = [...keda, ...data];
  if (!lacksCertManager(stack)) return needs;
  const ingress: Component = { kind: "ingress" };
  return [...needs, { component: ingress, reason: "CertManagerMissing", message: CERT_MANAGER }];
}
