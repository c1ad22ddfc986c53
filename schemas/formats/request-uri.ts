/** The `uri` format: what Go's url.ParseRequestURI takes (net/url of Go 1.26), that is an absolute URI or an absolute path. */
import { isIpv6 } from "./ip-address.ts";

const SCHEME = /^([a-zA-Z][a-zA-Z0-9+.-]*):/;
const BAD_ESCAPE = /%(?![0-9a-fA-F]{2})/;
/** In a host only bytes beyond ASCII may be escaped, and the percent sign itself. */
const BAD_HOST_ESCAPE = /%(?![89a-fA-F][0-9a-fA-F]|25)/;
const HOST = /^(?:[a-zA-Z0-9\-_.~!$&'()*+,;=:[\]<>"%]|[^\0-\x7f])*$/u;
const USER_INFO = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
const OPTIONAL_PORT = /^(?::\d*)?$/;

/** True for `/path`, `scheme:opaque`, `scheme://host/path` and `*`; false for a relative reference and for bad escapes. */
export function isRequestUri(text: string): boolean {
  if (hasControl(text)) {
    return false;
  }
  const scheme = SCHEME.exec(text)?.[1] ?? "";
  const [rest = ""] = text.slice(scheme === "" ? 0 : scheme.length + 1).split("?", 1);
  if (!rest.startsWith("/")) {
    return scheme !== "" || text === "*";
  }
  return scheme === "" || !rest.startsWith("//")
    ? !BAD_ESCAPE.test(rest)
    : isHierarchy(scheme.toLowerCase(), rest.slice(2));
}

function isHierarchy(scheme: string, rest: string): boolean {
  const slash = rest.indexOf("/");
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const path = slash === -1 ? "" : rest.slice(slash);
  return isAuthority(scheme, authority) && !BAD_ESCAPE.test(path);
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) {
      return true;
    }
  }
  return false;
}

function isAuthority(scheme: string, authority: string): boolean {
  const at = authority.lastIndexOf("@");
  const userInfo = at === -1 ? "" : authority.slice(0, at);
  return (
    isHost(scheme, authority.slice(at + 1)) &&
    USER_INFO.test(userInfo) &&
    !BAD_ESCAPE.test(userInfo)
  );
}

function isHost(scheme: string, host: string): boolean {
  const open = host.lastIndexOf("[");
  if (open > 0) {
    return false;
  }
  if (open === 0) {
    return isIpLiteral(host);
  }
  const first = host.indexOf(":");
  if (first !== -1) {
    // Databases list several hosts with ports; only for http is a second colon an error (go.dev/issue/78077).
    const isWeb = scheme === "http" || scheme === "https";
    if (!OPTIONAL_PORT.test(host.slice(isWeb ? first : host.lastIndexOf(":")))) {
      return false;
    }
  }
  return HOST.test(host) && !BAD_ESCAPE.test(host) && !BAD_HOST_ESCAPE.test(host);
}

function isIpLiteral(host: string): boolean {
  const close = host.lastIndexOf("]");
  if (close === -1 || !OPTIONAL_PORT.test(host.slice(close + 1))) {
    return false;
  }
  const literal = host.slice(1, close);
  const zone = literal.indexOf("%25");
  if (zone === -1) {
    return isIpv6(literal);
  }
  const zoneText = literal.slice(zone + 3);
  return (
    isIpv6(literal.slice(0, zone)) &&
    zoneText !== "" &&
    !BAD_ESCAPE.test(zoneText) &&
    HOST.test(zoneText)
  );
}
