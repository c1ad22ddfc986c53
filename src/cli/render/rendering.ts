/** One object of ours and everything that the operator makes of it. */
import { INTENT_ANNOTATION, intentOf } from "../../controller/ownership.ts";
import type { Child, GeneratedSecret } from "../../domain/child.ts";
import type { Family } from "../../domain/family.ts";
import { printPath } from "../../domain/field-path.ts";
import { isRecord, type JsonRecord } from "../../domain/json-object.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { asReconciled } from "../../domain/prism-cluster/home.ts";
import type { RenderFacts } from "../../domain/render-facts.ts";
import type { RenderedKind, Status } from "../../domain/rendered-kind.ts";
import { renderedOf } from "../../domain/rendering.ts";
import type { Valid } from "../../domain/validator.ts";
import type { OwnKind } from "../manifest/own-kind.ts";
import { type FederationRendering, isFederation, renderFederation } from "./federation.ts";
import { offlineFacts } from "./offline-facts.ts";
import type { RenderSettings } from "./settings.ts";

/** One child, as it is applied; without what only a cluster knows. */
export interface RenderedChild {
  readonly child: Child;
  readonly object: KubeObject;
}

/** Everything that an object consists of, in the order in which it is made. */
export interface Rendering {
  readonly children: readonly RenderedChild[];
  /** Made first, with values that only the cluster has; kept when everything else goes. */
  readonly generated: readonly GeneratedSecret[];
  /** What is not rendered whole, and why. */
  readonly notes: readonly string[];
}

/** What the rest of the files says. */
export interface Surroundings {
  readonly settings: RenderSettings;
  /** Secrets and ConfigMaps of the object's namespace. */
  readonly objects: readonly JsonRecord[];
  readonly family: Family;
}

/** What came of it; an object that the cluster would refuse is not rendered. */
export type RenderOutcome =
  | { readonly kind: "rendered"; readonly rendering: Rendering }
  /** A federation, whose objects have no stages and stand in several clusters. */
  | { readonly kind: "federation"; readonly rendering: FederationRendering }
  /** A kind that has no children in this cluster. */
  | { readonly kind: "childless" }
  | { readonly kind: "invalid" };

/** Renders a hub object with what the files say. */
export function renderHub(
  own: OwnKind,
  hub: KubeObject,
  surroundings: Surroundings,
): RenderOutcome {
  const verdict = own.validator.judge(hub, {});
  if (verdict.kind === "invalid") return { kind: "invalid" };
  if (isFederation(verdict.object)) {
    return { kind: "federation", rendering: renderFederation(verdict.object) };
  }
  const rendered = renderedOf(own.kind);
  if (rendered === undefined) return { kind: "childless" };
  const facts = completeFacts(rendered, verdict.object, surroundings);
  const children = (rendered.desiredChildren(verdict.object, facts) ?? []).map((child) => ({
    child,
    object: applied(child, hub, facts),
  }));
  const generated = rendered.generatedSecrets(verdict.object, facts.family);
  return {
    kind: "rendered",
    rendering: { children, generated, notes: notesOf(rendered, verdict.object, facts) },
  };
}

type Renderer = RenderedKind<KubeObject, Status>;

/** Secrets that are in no file are taken for what the object needs: a login, and a whole URL where no other would do. */
function completeFacts(
  rendered: Renderer,
  object: Valid<KubeObject>,
  { settings, objects, family }: Surroundings,
): RenderFacts {
  const around = reconciled(family);
  const generated = rendered.generatedSecrets(object, around);
  const known = { settings, objects, family: around, generated };
  const missing = rendered
    .missingSecrets(object, offlineFacts({ ...known, withUrl: new Set() }))
    .map(({ secret }) => secret);
  return offlineFacts({ ...known, withUrl: new Set(missing) });
}

/** The other objects as they are once they were reconciled: nothing waits in files. */
function reconciled(family: Family): Family {
  const settled = (objects: readonly KubeObject[]) =>
    objects.map((one) => (one.kind === "PrismCluster" ? asReconciled(one) : one));
  return {
    in: (kind, namespace) => settled(family.in(kind, namespace)),
    all: (kind) => settled(family.all(kind)),
    namespaceLabels: family.namespaceLabels,
  };
}

function applied(child: Child, owner: KubeObject, facts: RenderFacts): KubeObject {
  const { object } = intentOf(child, owner, facts.digest);
  const { ownerReferences: _, annotations = {}, ...metadata } = object.metadata;
  const { [INTENT_ANNOTATION]: __, ...kept } = annotations;
  return readable({ ...object, metadata: { ...metadata, annotations: kept } });
}

/** A Secret's values are made of placeholders: they may be read. */
function readable(object: KubeObject): KubeObject {
  const { data, ...rest } = object;
  if (object.kind !== "Secret" || !isRecord(data)) return object;
  const texts = Object.entries(data).map(([key, value]): [string, string] => [
    key,
    Buffer.from(String(value), "base64").toString("utf8"),
  ]);
  return { ...rest, stringData: Object.fromEntries(texts) };
}

function notesOf(
  rendered: Renderer,
  object: Valid<KubeObject>,
  facts: RenderFacts,
): readonly string[] {
  const missing = rendered
    .missingSecrets(object, facts)
    .map(
      ({ secret, keys, path }) =>
        `${path === undefined ? "" : `${printPath(path)}: `}Secret ${secret} must have ${keys}`,
    );
  const unmet = rendered.unmetNeeds(object, facts).map(({ message }) => message);
  return [...missing, ...unmet];
}
