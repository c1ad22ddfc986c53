import type { Child, GeneratedSecret } from "../domain/child.ts";
import type { Condition } from "../domain/condition.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import type { MissingSecret } from "../domain/prism-cluster/children/missing-secrets.ts";
import type { ReferencedObject } from "../domain/prism-cluster/children/referenced-objects.ts";
import type { UnmetNeed } from "../domain/prism-cluster/children/unmet-needs.ts";
import type { RenderFacts } from "../domain/prism-cluster/render-facts.ts";
import type { Observation } from "../domain/prism-cluster/status/observation.ts";
import type { Valid, Validator } from "../domain/validator.ts";
import type { Resource } from "./resource.ts";

/** The part of a status that every kind has, and that transitions are read from. */
export interface Status {
  readonly phase?: string;
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
}

/** Everything that reconciliation asks about one kind; adding a kind is filling this in. */
export interface ReconciledKind<T, S extends Status> {
  /** Lower case, for logs and metrics: `prismcluster`. */
  readonly name: string;
  readonly resource: Resource;
  readonly validator: Validator<T>;
  /** Secrets and ConfigMaps whose values rendering asks for. */
  referencedObjects(object: Valid<T>): readonly ReferencedObject[];
  generatedSecrets(object: Valid<T>): readonly GeneratedSecret[];
  missingSecrets(object: Valid<T>, facts: RenderFacts): readonly MissingSecret[];
  unmetNeeds(object: Valid<T>, facts: RenderFacts): readonly UnmetNeed[];
  desiredChildren(object: Valid<T>, facts: RenderFacts): readonly Child[];
  /** The next status; equal to the stored one when there is nothing new to say. */
  statusOf(object: KubeObject, observation: Observation, nowIso: string): S;
  /** When the clock alone changes the status next; milliseconds since 1970. */
  nextDeadlineMs(status: S): number | undefined;
}
