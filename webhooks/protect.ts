/** `/protect`: keeps objects with deletionProtection, with a message that says what to do (VAL-8). */
import type { Family } from "../src/domain/family.ts";
import { isRecord, valueAt } from "../src/domain/json-object.ts";
import { textAt } from "../src/domain/json-read.ts";
import type { Kind } from "../src/domain/kind.ts";
import { renderedOf } from "../src/domain/rendering.ts";
import { type AdmissionOptions, createAdmissionHandler } from "./admission.ts";
import { ALLOWED } from "./admission-answer.ts";
import type { ReviewHandler } from "./listener.ts";

/** Empties namespaces that are being deleted: their objects are lost, refusing would only wedge the namespace. */
const NAMESPACE_CONTROLLER = "system:serviceaccount:kube-system:namespace-controller";
const FORBIDDEN = 403;

/** The handler of `/protect`. */
export function createProtectHandler(options: AdmissionOptions): ReviewHandler {
  return createAdmissionHandler("protect", options, ({ request, admitted: { kind } }) => {
    const { operation, oldObject, name, user } = request;
    const isProtected = valueAt(oldObject, ["spec", "deletionProtection"]) === true;
    if (operation !== "DELETE" || user === NAMESPACE_CONTROLLER) return ALLOWED;
    if (!isProtected) return { ...ALLOWED, warnings: usersOf(kind, oldObject, options.family) };
    const object = `${kind.plural}.${kind.group} ${JSON.stringify(name)}`;
    return {
      allowed: false,
      status: {
        code: FORBIDDEN,
        reason: "Forbidden",
        message: `${object} is forbidden: spec.deletionProtection is true; set it to false first, then delete`,
      },
      warnings: [],
      rules: ["deletion-protection"],
    };
  });
}

/** Names at most this many. */
const NAMED = 5;

/** Says by whom an object is used that goes: their runners go before it does, and come back with it. */
function usersOf(kind: Kind, object: unknown, family: Family): readonly string[] {
  const rendered = renderedOf(kind);
  if (!isRecord(object) || rendered === undefined) return [];
  const name = textAt(object, "metadata", "name") ?? "";
  const namespace = textAt(object, "metadata", "namespace") ?? "";
  const self = { ...object, apiVersion: "", kind: kind.kind, metadata: { name, namespace } };
  const users = rendered
    .dependents(self, family)
    .map((one) => `${one.kind} ${one.metadata.namespace ?? ""}/${one.metadata.name}`);
  if (users.length === 0) return [];
  const more = users.length > NAMED ? ` and ${users.length - NAMED} more` : "";
  const list = users.slice(0, NAMED).join(", ") + more;
  return [`${kind.kind} ${name} is used by ${list}: their runners go first`];
}
