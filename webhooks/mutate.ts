/** `/mutate`: stores defaults, gives back what an older version cannot say, and refuses early with every fault at once. */
import type { JsonRecord } from "../src/domain/json-object.ts";
import { type JsonPatch, withPatch } from "../src/domain/json-patch.ts";
import { createAdmissionHandler, type JudgingOptions, type KnownRequest } from "./admission.ts";
import { ALLOWED } from "./admission-answer.ts";
import type { ReviewHandler } from "./listener.ts";
import { isJudged, judged } from "./validate.ts";

export interface MutateOptions extends JudgingOptions {
  /**
   * Off where another mutating webhook completes our objects: then only `/validate` judges, and the API server's own
   * schema errors come first and alone.
   */
  readonly refuseEarly: boolean;
}

/** The handler of `/mutate`. It has no side effects: a dry run is like any other call. */
export function createMutateHandler(options: MutateOptions): ReviewHandler {
  return createAdmissionHandler("mutate", options, (known) => {
    const { object } = known.request;
    if (object === undefined || !isJudged(known.request)) return ALLOWED;
    const { patched, patch } = complete(known, object);
    if (!options.refuseEarly) return { allowed: true, patch, warnings: [] };
    const outcome = judged(known, patched, options);
    // `/validate` warns; twice would be once too often.
    return "refusal" in outcome ? outcome.refusal : { allowed: true, patch, warnings: [] };
  });
}

/** The object as it will be stored, and the way to it; the object itself where nothing is missing. */
function complete(
  { request, admitted: { kind } }: KnownRequest,
  object: JsonRecord,
): { readonly patched: JsonRecord; readonly patch: JsonPatch } {
  const old = request.oldObject;
  const isOlder = request.requestKind.version !== kind.hub;
  const restored = isOlder && old !== undefined ? kind.restoreHubOnly(object, old) : [];
  const restoredObject = withPatch(object, restored);
  const defaults = kind.defaultsOf(restoredObject, old);
  return {
    patched: withPatch(restoredObject, defaults),
    patch: restored.length === 0 ? defaults : [...restored, ...defaults],
  };
}
