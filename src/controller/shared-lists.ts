import type { KubeObject } from "../domain/kube-object.ts";
import type { ApiResult } from "./api-result.ts";
import type { Writer } from "./ports.ts";
import { POD } from "./resource.ts";

type Listed = Promise<ApiResult<readonly KubeObject[]>>;

/** What many objects of one namespace ask at the same time is asked once in this time. */
const SHARED_MS = 5_000;

/**
 * A writer whose lists are shared by the passes of one moment: two hundred new objects of one namespace each look for
 * what was set up there by hand, and for events. A failure is shared by nobody who asks later; pods are asked for anew.
 */
export function withSharedLists(writer: Writer, now: () => number): Writer {
  const lists = new Map<string, { readonly at: number; readonly listed: Listed }>();
  const forget = (): void => {
    for (const [key, { at }] of lists) if (now() - at >= SHARED_MS) lists.delete(key);
  };
  return {
    ...writer,
    list: async (resource, namespace, fieldSelector, signal) => {
      if (resource === POD) return writer.list(resource, namespace, fieldSelector, signal);
      forget();
      const key = `${resource.plural} ${namespace} ${fieldSelector ?? ""}`;
      const known = lists.get(key);
      if (known !== undefined) return known.listed;
      const listed = writer.list(resource, namespace, fieldSelector, signal);
      lists.set(key, { at: now(), listed });
      const answer = await listed;
      if (!answer.ok) lists.delete(key);
      return answer;
    },
  };
}
