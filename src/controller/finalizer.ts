import type { KubeObject } from "../domain/kube-object.ts";
import { FINALIZER } from "./annotations.ts";
import type { ApiResult } from "./api-result.ts";
import type { JsonPatchOperation, Writer } from "./ports.ts";

/** True while our finalizer keeps the object. */
export function hasFinalizer(object: KubeObject): boolean {
  return object.metadata.finalizers?.includes(FINALIZER) ?? false;
}

/** Adds our finalizer; the uid is tested, so that a new object of the same name never gets it by mistake. */
export function addFinalizer(
  object: KubeObject,
  writer: Writer,
  signal: AbortSignal,
): Promise<ApiResult<KubeObject>> {
  const path = "/metadata/finalizers";
  const add: JsonPatchOperation =
    object.metadata.finalizers === undefined
      ? { op: "add", path, value: [FINALIZER] }
      : { op: "add", path: `${path}/-`, value: FINALIZER };
  return writer.patch(object, [sameObject(object), sameList(object), add], signal);
}

/** Removes ours and only ours: the list is tested, so another controller's finalizer cannot go by mistake. */
export function removeFinalizer(
  object: KubeObject,
  writer: Writer,
  signal: AbortSignal,
): Promise<ApiResult<KubeObject>> {
  const index = object.metadata.finalizers?.indexOf(FINALIZER) ?? -1;
  const remove: JsonPatchOperation = { op: "remove", path: `/metadata/finalizers/${index}` };
  return writer.patch(object, [sameObject(object), sameList(object), remove], signal);
}

function sameObject(object: KubeObject): JsonPatchOperation {
  return { op: "test", path: "/metadata/uid", value: object.metadata.uid };
}

/** A test of a path that is not there fails, but against null it holds (json-patch of the API server). */
function sameList(object: KubeObject): JsonPatchOperation {
  return { op: "test", path: "/metadata/finalizers", value: object.metadata.finalizers ?? null };
}
