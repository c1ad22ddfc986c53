/** What a user did, by the API server's own log, and what roles allow; both as `group/resource verb`. */
import { readFileSync } from "node:fs";
import { listAt, parseJson, textAt, valueAt } from "../../tools/control-plane/json-value.ts";

/** Writes every request of service accounts; enough to hold rights against. */
export const AUDIT_POLICY: string = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
    userGroups: ["system:serviceaccounts"]
  - level: None
`;

/** One kind of request and how often it was made. */
export interface Use {
  readonly right: string;
  readonly code: number;
  readonly uri: string;
}

/** Every request of a user that the log has, but those for discovery, which everybody may make. */
export function usesOf(auditLog: string, user: string): readonly Use[] {
  const events = readFileSync(auditLog, "utf8")
    .split("\n")
    .map(parseJson)
    .filter((event) => textAt(event, "user", "username") === user)
    .filter((event) => valueAt(event, "objectRef") !== undefined);
  return events.flatMap((event) => {
    const reference = valueAt(event, "objectRef");
    const code = Number(valueAt(event, "responseStatus", "code"));
    const uri = textAt(event, "requestURI");
    const of = (verb: string): Use => ({ right: rightOf(reference, verb), code, uri });
    const verb = textAt(event, "verb");
    // A server-side apply that makes an object is authorized as create, too.
    return verb === "patch" && code === 201 ? [of("patch"), of("create")] : [of(verb)];
  });
}

function rightOf(reference: unknown, verb: string): string {
  const subresource = textAt(reference, "subresource");
  const resource = textAt(reference, "resource") + (subresource === "" ? "" : `/${subresource}`);
  return `${textAt(reference, "apiGroup")}/${resource} ${verb}`;
}

/** What the rules of roles allow. */
export function grantsOf(roles: readonly unknown[]): ReadonlySet<string> {
  const rules = roles.flatMap((role) => listAt(role, "rules"));
  return new Set(
    rules.flatMap((rule) =>
      listAt(rule, "apiGroups").flatMap((group) =>
        listAt(rule, "resources").flatMap((resource) =>
          listAt(rule, "verbs").map((verb) => `${group}/${resource} ${verb}`),
        ),
      ),
    ),
  );
}
