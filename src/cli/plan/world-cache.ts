/** A world as the operator's caches would have it, so that its own code decides what would be done. */
import { controllerOf } from "../../controller/ownership.ts";
import type { Cache } from "../../controller/ports.ts";
import { CHILD_RESOURCES, type Resource } from "../../controller/resource.ts";
import type { KubeObject, ObjectKey } from "../../domain/kube-object.ts";
import { isKubeObject } from "../../kube/kube-object-shape.ts";
import { objectPath } from "../../kube/resource-path.ts";
import type { ClusterReader } from "../cluster/reader.ts";
import { objectNamed, objectsOf, type World } from "../cluster/world.ts";

/** Selects what the operator's caches hold. */
const MANAGED = "prism-operator";

/** Secrets are in the world without values: those that rendering asks for are read one by one. */
export function worldCache(world: World, reader: ClusterReader, signal: AbortSignal): Cache {
  const isOurs = ({ metadata, apiVersion }: KubeObject): boolean =>
    apiVersion.startsWith("prism.io/") || metadata.labels?.["managed-by"] === MANAGED;
  return {
    read: ({ kind }, { namespace, name }) => {
      const found = objectNamed(world, kind, name, namespace);
      return kind === "Secret" || found === undefined || !isOurs(found) ? undefined : found;
    },
    list: ({ kind }, namespace) => objectsOf(world, kind, namespace).filter(isOurs),
    all: ({ kind }) => objectsOf(world, kind).filter(isOurs),
    controlledBy: ({ kind, namespace, name }) =>
      CHILD_RESOURCES.flatMap((resource) => objectsOf(world, resource.kind, namespace)).filter(
        (object) => {
          const controller = controllerOf(object);
          return isOurs(object) && controller?.kind === kind && controller.name === name;
        },
      ),
    serves: ({ plural, group }) =>
      objectNamed(world, "CustomResourceDefinition", `${plural}.${group}`) !== undefined,
    referenced: (kind, key) => readOne(reader, referencedResource(kind), key, signal),
  };
}

function referencedResource(kind: "Secret" | "ConfigMap"): Resource {
  return { group: "", version: "v1", plural: `${kind.toLowerCase()}s`, kind };
}

async function readOne(
  reader: ClusterReader,
  resource: Resource,
  key: ObjectKey,
  signal: AbortSignal,
): ReturnType<Cache["referenced"]> {
  const answer = await reader.call({ method: "GET", path: objectPath(resource, key) }, signal);
  if (answer.ok) return { ok: true, value: isKubeObject(answer.value) ? answer.value : undefined };
  if (answer.failure.kind === "not-found") return { ok: true, value: undefined };
  return answer;
}
