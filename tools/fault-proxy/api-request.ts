/** The verbs of Kubernetes' authorization (https://kubernetes.io/docs/reference/access-authn-authz/authorization/), told from HTTP. */
export type Verb =
  | "get"
  | "list"
  | "watch"
  | "create"
  | "update"
  | "patch"
  | "delete"
  | "deletecollection";

/** What a request to the API server asks for. Parts that it does not name are empty. */
export interface ApiRequest {
  readonly verb: Verb;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural, such as `pods`; empty for discovery, health and other paths outside the API groups. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

const resourcePath =
  /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>v[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/[^/]+))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<subresource>.+))?$/;

/** `/namespaces/x/status` and `/namespaces/x/finalize` are of the namespace itself. */
const namespacePath =
  /^\/api\/v1\/namespaces\/(?<name>[^/]+)(?:\/(?<subresource>status|finalize))?$/;

/** Reads method and URL of a request as the API server does. */
export function apiRequestOf(method: string, url: string): ApiRequest {
  const { pathname, searchParams } = new URL(url, "http://server");
  const isWatch = ["true", "1"].includes(searchParams.get("watch") ?? "");
  const ofNamespace = namespacePath.exec(pathname)?.groups;
  const groups = ofNamespace
    ? { ...ofNamespace, version: "v1", resource: "namespaces" }
    : resourcePath.exec(pathname)?.groups;
  const parts = new Map<string, string | undefined>(Object.entries(groups ?? {}));
  const part = (name: string) => decodeURIComponent(parts.get(name) ?? "");
  return {
    verb: verbOf(method, part("resource") !== "" && part("name") === "", isWatch),
    group: part("group"),
    version: part("version"),
    resource: part("resource"),
    subresource: part("subresource"),
    namespace: part("namespace"),
    name: part("name"),
  };
}

function verbOf(method: string, isCollection: boolean, isWatch: boolean): Verb {
  switch (method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return isCollection ? "deletecollection" : "delete";
    default:
      if (isWatch) return "watch";
      return isCollection ? "list" : "get";
  }
}
