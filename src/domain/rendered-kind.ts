import type { Child, GeneratedSecret, Stage } from "./child.ts";
import type { Condition } from "./condition.ts";
import type { Family } from "./family.ts";
import type { Guest } from "./guest.ts";
import type { KubeObject, ObjectKey } from "./kube-object.ts";
import type { MissingSecret } from "./missing-secret.ts";
import type { Observation } from "./observation.ts";
import type { ReferencedObject, RenderFacts } from "./render-facts.ts";
import type { FindingSet } from "./standing.ts";
import type { UnmetNeed } from "./unmet-need.ts";
import type { Valid } from "./validator.ts";

/** The part of a status that every kind has, and that transitions are read from. */
export interface Status {
  readonly phase?: string;
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
}

/** What reconciliation asks about a kind whose objects consist of children in this Kubernetes cluster. All pure. */
export interface RenderedKind<T, S extends Status> {
  /** Secrets and ConfigMaps whose values rendering asks for. */
  referencedObjects(object: Valid<T>, family: Family): readonly ReferencedObject[];
  generatedSecrets(object: Valid<T>, family: Family): readonly GeneratedSecret[];
  missingSecrets(object: Valid<T>, facts: RenderFacts): readonly MissingSecret[];
  unmetNeeds(object: Valid<T>, facts: RenderFacts): readonly UnmetNeed[];
  /** Undefined while it cannot be said, since an object that this one needs is not there: what runs is left alone. */
  desiredChildren(object: Valid<T>, facts: RenderFacts): readonly Child[] | undefined;
  /** The first stage outside this object that its own later stages wait for; undefined when all are ready. */
  gate(object: Valid<T>, family: Family): Stage | undefined;
  /** What is to be said beside the state of the children; by type of condition. */
  remarks(object: Valid<T>, facts: RenderFacts): FindingSet;
  /** Which state of other objects this one is rendered from: with another one its pods may change without a new generation. */
  basis(object: Valid<T>, family: Family): string;
  /** Components that other objects make, and that this one counts and waits for. */
  guests(object: Valid<T>, family: Family): readonly Guest[];
  /** Objects of ours that cannot work without this one: their children go before its backends, and people are told. */
  dependents(object: KubeObject, family: Family): readonly KubeObject[];
  /** The next status; equal to the stored one when there is nothing new to say. */
  statusOf(object: KubeObject, observation: Observation, nowIso: string): S;
  /** When the clock alone changes the status next; milliseconds since 1970. */
  nextDeadlineMs(status: S): number | undefined;
  /** Objects of this kind that are rendered with `other`, an object of another kind of ours that came, changed or went. */
  concernedBy(other: KubeObject, family: Family): readonly ObjectKey[];
  /** What objects of another kind are rendered with of one of this: they are told when it changes. JSON. */
  seenBy(viewer: string, object: KubeObject): unknown;
}
