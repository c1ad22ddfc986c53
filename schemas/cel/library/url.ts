/** URLs: k8s.io/apiserver/pkg/cel/library/urls.go. */
import { CelError, CelOpaque, type CelValue, noSuchOverload } from "../values/cel-value.ts";
import { ListValue } from "../values/list-value.ts";
import { MapValue } from "../values/map-value.ts";
import { type CelFunction, global, instance, member, string, takes1 } from "./function.ts";
import { type GoUrl, hostAndPort, parseGoUrl, queryOf, urlText } from "./go-url.ts";

/** The value of `url("https://example.com")`. */
class Url extends CelOpaque {
  readonly typeName = "kubernetes.URL";
  readonly goType = "cel.URL";
  readonly parts: GoUrl;

  constructor(parts: GoUrl) {
    super();
    this.parts = parts;
  }

  equal(other: CelValue): CelValue {
    return other instanceof Url
      ? urlText(this.parts) === urlText(other.parts)
      : noSuchOverload(other);
  }
}

const url = instance(Url);

/** url, isURL, getScheme, getHost, getHostname, getPort, getEscapedPath, getQuery. */
export function urlFunctions(): CelFunction[] {
  return [
    ...global("url", takes1(string, parse)),
    ...global(
      "isURL",
      takes1(string, (text) => typeof parseGoUrl(text, true) !== "string"),
    ),
    ...member(
      "getScheme",
      takes1(url, ({ parts }) => parts.scheme),
    ),
    ...member(
      "getHost",
      takes1(url, ({ parts }) => parts.host),
    ),
    ...member(
      "getHostname",
      takes1(url, ({ parts }) => hostAndPort(parts.host).host),
    ),
    ...member(
      "getPort",
      takes1(url, ({ parts }) => hostAndPort(parts.host).port),
    ),
    ...member(
      "getEscapedPath",
      takes1(url, ({ parts }) => parts.escapedPath),
    ),
    ...member("getQuery", takes1(url, getQuery)),
  ];
}

/** Checked as a request URI, then parsed once more so that a fragment is no part of the path. */
function parse(text: string): CelValue {
  const request = parseGoUrl(text, true);
  const parts = typeof request === "string" ? request : parseGoUrl(text, false);
  return typeof parts === "string"
    ? new CelError(`URL parse error during conversion from string: ${parts}`)
    : new Url(parts);
}

function getQuery({ parts }: Url): CelValue {
  const values = [...queryOf(parts.query)];
  return new MapValue(values.map(([key, list]) => [key, new ListValue(list)]));
}
