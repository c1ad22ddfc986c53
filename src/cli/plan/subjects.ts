/** Objects of ours in files, as a cluster would store them. */
import type { Readable } from "node:stream";
import type { KubeObject } from "../../domain/kube-object.ts";
import { type GatheredObject, gather } from "../manifest/gathering.ts";

/** Reads files; objects that name no namespace are of this one. */
export async function subjectsIn(
  files: readonly string[],
  stdin: Readable,
  namespace: string,
): Promise<readonly GatheredObject[]> {
  const { own } = await gather(files, stdin, namespace);
  return own;
}

/** As it is written, in its namespace: what is sent to the API server. */
export function writtenObject({ source, namespace }: GatheredObject): KubeObject {
  const object = source.object as unknown as KubeObject;
  return { ...object, metadata: { ...object.metadata, namespace } };
}
