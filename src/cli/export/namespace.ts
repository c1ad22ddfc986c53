/** Everything that was found in the namespace, by kind and name. */
import { isRecord, ownValue, valueAt } from "../../domain/json-object.ts";
import { textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";

export class Namespace {
  readonly name: string;
  readonly objects: readonly KubeObject[];

  constructor(name: string, objects: readonly KubeObject[]) {
    this.name = name;
    this.objects = objects.filter(({ metadata }) => metadata.namespace === name);
  }

  /** Objects of a kind by name. */
  of(kind: string): readonly KubeObject[] {
    return this.objects
      .filter((one) => one.kind === kind)
      .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  named(kind: string, name: string): KubeObject | undefined {
    return this.objects.find((one) => one.kind === kind && one.metadata.name === name);
  }

  /** A value of a ConfigMap; Secrets are read without their values. */
  configValue(name: string, key: string): string | undefined {
    const data = this.named("ConfigMap", name)?.["data"];
    const value = isRecord(data) ? ownValue(data, key) : undefined;
    return typeof value === "string" ? value : undefined;
  }

  configKeys(name: string): readonly string[] {
    const data = this.named("ConfigMap", name)?.["data"];
    return isRecord(data) ? Object.keys(data) : [];
  }

  /** Names of the Services that select a workload's pods. */
  servicesOf(workload: KubeObject): readonly KubeObject[] {
    const labels = valueAt(workload, ["spec", "template", "metadata", "labels"]);
    return this.of("Service").filter((service) => {
      const selector = valueAt(service, ["spec", "selector"]);
      if (!isRecord(selector) || Object.keys(selector).length === 0) return false;
      return Object.entries(selector).every(([key, value]) => textAt(labels, key) === value);
    });
  }
}
