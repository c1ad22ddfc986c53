/** Small steps on connection URLs. Lists such as `nats://a:4222,nats://b:4222` are no URLs for WHATWG, so these work on text. */

/** The URL with a scheme in front where it has none. Kafka's addresses have none at all. */
export function withScheme(address: string, scheme: string): string {
  return scheme === "" || address.includes("://") ? address : `${scheme}://${address}`;
}

/** Puts a login into every member of a list of URLs, percent-encoded (RFC 3986 section 3.2.1). */
export function withUser(
  url: string,
  user: string | undefined,
  password: string | undefined,
): string {
  if (user === undefined && password === undefined) return url;
  const login = `${encodeURIComponent(user ?? "")}:${encodeURIComponent(password ?? "")}@`;
  return url
    .split(",")
    .map((member) => {
      const at = member.indexOf("://");
      return at < 0 ? login + member : member.slice(0, at + 3) + login + member.slice(at + 3);
    })
    .join(",");
}

/** The URL with a database as its path, and parameters, where it has none of its own. */
export function withDatabase(url: string, database: string, parameters: string): string {
  const [, head = url, path = "", query = ""] =
    /^([^/]*\/\/[^/?]*)(\/[^?]*)?(\?.*)?$/.exec(url) ?? [];
  const named = path === "" || path === "/" ? `/${encodeURIComponent(database)}` : path;
  return head + named + (query === "" && parameters !== "" ? `?${parameters}` : query);
}

/** `host:port` of the first URL of a list, without scheme, login and path. */
export function hostOf(url: string): string {
  const first = url.split(",", 1)[0] ?? "";
  const authority = first.replace(/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//, "").split(/[/?#]/, 1)[0] ?? "";
  return authority.slice(authority.lastIndexOf("@") + 1);
}

/** User in a URL, decoded; undefined when it has none. */
export function userOf(url: string): string | undefined {
  const user = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/([^/?#:@]*)(?::[^/?#]*)?@/.exec(url)?.[1];
  return user === undefined || user === "" ? undefined : decoded(user);
}

/** Password in a URL, decoded; undefined when it has none. */
export function passwordOf(url: string): string | undefined {
  const login = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/([^/?#]*)@/.exec(url)?.[1];
  const password = login?.slice(login.indexOf(":") + 1);
  if (password === undefined || password === "") return undefined;
  return decoded(password);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
