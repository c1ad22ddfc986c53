/** URLs as Go's net/url parses and prints them (Go 1.26), with its error texts. */
import { goQuote } from "../../go-text.ts";
import { parseAddress } from "./ip-address.ts";
import { decodePart, encodePart, UrlError } from "./url-escape.ts";

/** The parts that CEL can ask for. */
export interface GoUrl {
  readonly scheme: string;
  readonly opaque: string;
  /** User information as it is printed, with its `@`; empty without. */
  readonly user: string;
  readonly host: string;
  readonly escapedPath: string;
  readonly query: string;
  readonly forceQuery: boolean;
  readonly omitHost: boolean;
  readonly fragment: string;
}

const EMPTY: GoUrl = {
  scheme: "",
  opaque: "",
  user: "",
  host: "",
  escapedPath: "",
  query: "",
  forceQuery: false,
  omitHost: false,
  fragment: "",
};

/** url.ParseRequestURI or url.Parse; a text is its error. */
export function parseGoUrl(text: string, viaRequest: boolean): GoUrl | string {
  const hash = viaRequest ? -1 : text.indexOf("#");
  const base = hash < 0 ? text : text.slice(0, hash);
  try {
    const parsed = parse(base, viaRequest);
    return { ...parsed, fragment: hash < 0 ? "" : fragmentOf(text.slice(hash + 1)) };
  } catch (error) {
    if (error instanceof UrlError) {
      return `parse ${goQuote(error.inFragment ? text : base)}: ${error.message}`;
    }
    throw error;
  }
}

function fragmentOf(fragment: string): string {
  try {
    decodePart(fragment, "fragment");
    return fragment;
  } catch (error) {
    throw error instanceof UrlError ? new UrlError(error.message, true) : error;
  }
}

function parse(text: string, viaRequest: boolean): GoUrl {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\0-\x1f\x7f]/.test(text)) {
    throw new UrlError("net/url: invalid control character in URL");
  }
  if (text === "" && viaRequest) {
    throw new UrlError("empty url");
  }
  if (text === "*") {
    return { ...EMPTY, escapedPath: "*" };
  }
  const { scheme, rest: afterScheme } = splitScheme(text);
  const question = afterScheme.indexOf("?");
  const rest = question < 0 ? afterScheme : afterScheme.slice(0, question);
  const query = question < 0 ? "" : afterScheme.slice(question + 1);
  const url = { ...EMPTY, scheme, query, forceQuery: question >= 0 && query === "" };
  return rest.startsWith("/")
    ? parseRooted(url, rest, viaRequest)
    : parseRootless(url, rest, viaRequest);
}

function splitScheme(text: string): { scheme: string; rest: string } {
  if (text.startsWith(":")) {
    throw new UrlError("missing protocol scheme");
  }
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1];
  return scheme === undefined
    ? { scheme: "", rest: text }
    : { scheme: scheme.toLowerCase(), rest: text.slice(scheme.length + 1) };
}

function parseRootless(url: GoUrl, rest: string, viaRequest: boolean): GoUrl {
  if (url.scheme !== "") {
    return { ...url, opaque: rest };
  }
  if (viaRequest) {
    throw new UrlError("invalid URI for request");
  }
  if ((rest.split("/", 1)[0] ?? "").includes(":")) {
    throw new UrlError("first path segment in URL cannot contain colon");
  }
  return { ...url, escapedPath: escapedPath(rest) };
}

function parseRooted(url: GoUrl, rest: string, viaRequest: boolean): GoUrl {
  const mayHaveHost = url.scheme !== "" || (!viaRequest && !rest.startsWith("///"));
  if (!mayHaveHost || !rest.startsWith("//")) {
    return { ...url, omitHost: url.scheme !== "", escapedPath: escapedPath(rest) };
  }
  const slash = rest.indexOf("/", 2);
  const authority = rest.slice(2, slash < 0 ? undefined : slash);
  const at = authority.lastIndexOf("@");
  const host = parseHost(url.scheme, authority.slice(at + 1));
  const user = at < 0 ? "" : `${userInfo(authority.slice(0, at))}@`;
  return { ...url, user, host, escapedPath: escapedPath(slash < 0 ? "" : rest.slice(slash)) };
}

function userInfo(text: string): string {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) {
    throw new UrlError("net/url: invalid userinfo");
  }
  const colon = text.indexOf(":");
  const parts = colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
  return parts.map((part) => encodePart(decodePart(part, "user"), "user")).join(":");
}

function isOptionalPort(text: string): boolean {
  return /^(?::\d*)?$/.test(text);
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf("[");
  if (open > 0) {
    throw new UrlError("invalid IP-literal");
  }
  if (open === 0) {
    return parseLiteral(host);
  }
  const first = host.indexOf(":");
  if (first >= 0) {
    // several hosts with ports are let through for other schemes: go.dev/issue/78077
    const isWeb = scheme === "http" || scheme === "https";
    const port = host.slice(isWeb ? first : host.lastIndexOf(":"));
    if (!isOptionalPort(port)) {
      throw new UrlError(`invalid port ${goQuote(port)} after host`);
    }
  }
  return decodePart(host, "host");
}

function parseLiteral(host: string): string {
  const close = host.lastIndexOf("]");
  if (close < 0) {
    throw new UrlError("missing ']' in host");
  }
  const port = host.slice(close + 1);
  if (!isOptionalPort(port)) {
    throw new UrlError(`invalid port ${goQuote(port)} after host`);
  }
  const literal = host.slice(1, close);
  const zone = literal.indexOf("%25");
  const name =
    zone < 0
      ? decodePart(literal, "host")
      : decodePart(literal.slice(0, zone), "host") + decodePart(literal.slice(zone), "zone");
  const address = parseAddress(name);
  if (typeof address === "string") {
    throw new UrlError(`invalid host: ${address}`);
  }
  if (address.bytes.length === 4) {
    throw new UrlError("invalid IP-literal");
  }
  return `[${name}]${port}`;
}

/** The path as URL.EscapedPath prints it: as it was written where that is a valid encoding. */
function escapedPath(path: string): string {
  const decoded = decodePart(path, "path");
  return isValidEncoding(path) ? path : encodePart(decoded, "path");
}

function isValidEncoding(path: string): boolean {
  return /^[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]*$/.test(path);
}

/** The host without its port and brackets, and the port. */
export function hostAndPort(hostPort: string): { readonly host: string; readonly port: string } {
  const colon = hostPort.lastIndexOf(":");
  const hasPort = colon >= 0 && isOptionalPort(hostPort.slice(colon));
  const host = hasPort ? hostPort.slice(0, colon) : hostPort;
  return {
    host: host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host,
    port: hasPort ? hostPort.slice(colon + 1) : "",
  };
}

/** url.ParseQuery without its errors: what cannot be read is left out. */
export function queryOf(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "" || pair.includes(";")) {
      continue;
    }
    const equals = pair.indexOf("=");
    const parts = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
    const [key, value] = parts.map(decodeQuery);
    if (key !== undefined && value !== undefined) {
      values.set(key, [...(values.get(key) ?? []), value]);
    }
  }
  return values;
}

function decodeQuery(text: string): string | undefined {
  try {
    return decodePart(text, "query");
  } catch {
    return undefined;
  }
}

/** URL.String, by which two URLs are compared. */
export function urlText(url: GoUrl): string {
  const scheme = url.scheme === "" ? "" : `${url.scheme}:`;
  const tail = `${url.forceQuery || url.query !== "" ? `?${url.query}` : ""}${url.fragment === "" ? "" : `#${url.fragment}`}`;
  if (url.opaque !== "") {
    return scheme + url.opaque + tail;
  }
  const hasAuthority =
    url.host !== "" ||
    url.user !== "" ||
    (url.scheme !== "" && !url.omitHost && url.escapedPath !== "");
  const authority = hasAuthority ? `//${url.user}${encodePart(url.host, "host")}` : "";
  return scheme + authority + url.escapedPath + tail;
}
