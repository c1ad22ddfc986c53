import type { KubeObject } from "../domain/kube-object.ts";
import type { ApiFailure } from "./api-result.ts";
import { controllerOf, referenceTo } from "./ownership.ts";
import type { Cache, JsonPatchOperation, Writer } from "./ports.ts";

/**
 * Children whose owner is an earlier PrismCluster of the same name: restored from a backup, or left by one that
 * was made again. The garbage collector deletes them as soon as it notices, so this is done before anything else.
 */
export function strayed(cache: Cache, owner: KubeObject): KubeObject[] {
  const { kind, metadata } = owner;
  const { namespace = "", name, uid } = metadata;
  return cache
    .controlledBy({ kind, namespace, name })
    .filter((object) => controllerOf(object)?.uid !== uid);
}

/** Points them at the owner that is there now; answers the first failure. */
export async function repairOwners(
  objects: readonly KubeObject[],
  owner: KubeObject,
  writer: Writer,
  signal: AbortSignal,
): Promise<ApiFailure | undefined> {
  const answers = await Promise.all(
    objects.map((object) => writer.patch(object, repair(object, owner), signal)),
  );
  const failed = answers.find((answer) => !answer.ok && answer.failure.kind !== "not-found");
  return failed === undefined || failed.ok ? undefined : failed.failure;
}

function repair(object: KubeObject, owner: KubeObject): JsonPatchOperation[] {
  const references = object.metadata.ownerReferences ?? [];
  const index = references.findIndex(({ controller }) => controller === true);
  const path = `/metadata/ownerReferences/${index}`;
  return [
    { op: "test", path: `${path}/uid`, value: references[index]?.uid },
    { op: "replace", path, value: referenceTo(owner) },
  ];
}
