/** `/protect`: keeps objects with deletionProtection, with a message that says what to do (VAL-8). */
import { valueAt } from "../src/domain/json-object.ts";
import { type AdmissionOptions, createAdmissionHandler } from "./admission.ts";
import { ALLOWED } from "./admission-answer.ts";
import type { ReviewHandler } from "./app.ts";

/** Empties namespaces that are being deleted: their objects are lost, refusing would only wedge the namespace. */
const NAMESPACE_CONTROLLER = "system:serviceaccount:kube-system:namespace-controller";
const FORBIDDEN = 403;

/** The handler of `/protect`. */
export function createProtectHandler(options: AdmissionOptions): ReviewHandler {
  return createAdmissionHandler("protect", options, ({ request, admitted: { kind } }) => {
    const { operation, oldObject, name, user } = request;
    const isProtected = valueAt(oldObject, ["spec", "deletionProtection"]) === true;
    if (operation !== "DELETE" || !isProtected || user === NAMESPACE_CONTROLLER) return ALLOWED;
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
