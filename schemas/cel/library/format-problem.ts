/**
 * What each named format says against a text: k8s.io/apimachinery pkg/util/validation, pkg/api/validate/content and
 * kube-openapi's strfmt. Lengths are in UTF-8 bytes.
 */
import { isBase64 } from "../../formats/checked-digits.ts";
import { isDate, isDateTime } from "../../formats/date.ts";
import { parseGoUrl } from "./go-url.ts";

type Problems = (text: string) => readonly string[];

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_VALUE = `(${QUALIFIED})?`;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;

/** A check, and the length of the pattern that its cost is estimated by. */
export interface NamedCheck {
  readonly problemsOf: Problems;
  readonly patternLength: number;
}

/** Each format's name in CEL and its check; no problems means valid. */
export const FORMAT_CHECKS: ReadonlyMap<string, NamedCheck> = new Map([
  ["dns1123Label", { problemsOf: dns1123Label, patternLength: 30 }],
  ["dns1123Subdomain", { problemsOf: dns1123Name, patternLength: 60 }],
  ["dns1035Label", { problemsOf: dns1035Label, patternLength: 30 }],
  ["qualifiedName", { problemsOf: qualifiedName, patternLength: 60 }],
  ["dns1123LabelPrefix", { problemsOf: masked(dns1123Label), patternLength: 30 }],
  ["dns1123SubdomainPrefix", { problemsOf: masked(dns1123Name), patternLength: 60 }],
  ["dns1035LabelPrefix", { problemsOf: masked(dns1035Label), patternLength: 30 }],
  ["labelValue", { problemsOf: labelValue, patternLength: 40 }],
  ["uri", { problemsOf: uri, patternLength: 1103 }],
  ["uuid", { problemsOf: expecting(isUuid, "does not match the UUID format"), patternLength: 70 }],
  ["byte", { problemsOf: expecting(isBase64, "invalid base64"), patternLength: 84 }],
  ["date", { problemsOf: expecting(isDate, "invalid date"), patternLength: 71 }],
  ["datetime", { problemsOf: expecting(isDateTime, "invalid datetime"), patternLength: 71 }],
]);

function expecting(isValid: (text: string) => boolean, problem: string): Problems {
  return (text) => (isValid(text) ? [] : [problem]);
}

/** For prefixes of generated names. */
function masked(check: Problems): Problems {
  return (text) => check(maskDash(text));
}

function isUuid(text: string): boolean {
  return UUID.test(text);
}

function dns1123Name(text: string): string[] {
  return dns1123Subdomain(text, "characters");
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

const IS_LABEL = whole(LABEL);
const IS_SUBDOMAIN = whole(SUBDOMAIN);
const IS_LABEL_1035 = whole(LABEL_1035);
const IS_QUALIFIED = whole(QUALIFIED);
const IS_LABEL_VALUE = whole(LABEL_VALUE);

function tooLong(text: string, max: number, unit: string): string[] {
  return Buffer.byteLength(text) > max ? [`must be no more than ${max} ${unit}`] : [];
}

function mismatch(message: string, pattern: string, ...examples: readonly string[]): string {
  const list = examples.map((example) => `'${example}', `).join(" or ");
  return `${message} (e.g. ${list}regex used for validation is '${pattern}')`;
}

/** The last dash of a prefix of a generated name may stay. */
function maskDash(text: string): string {
  return text.length > 1 && text.endsWith("-") ? `${text.slice(0, -2)}a` : text;
}

function dns1123Label(text: string): string[] {
  const problems = tooLong(text, MAX_LABEL, "characters");
  if (IS_LABEL.test(text)) {
    return problems;
  }
  const message =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [
    ...problems,
    IS_SUBDOMAIN.test(text)
      ? "must not contain dots"
      : mismatch(message, LABEL, "my-name", "123-abc"),
  ];
}

function dns1123Subdomain(text: string, unit: string): string[] {
  const message =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  const problems = tooLong(text, MAX_SUBDOMAIN, unit);
  return IS_SUBDOMAIN.test(text)
    ? problems
    : [...problems, mismatch(message, SUBDOMAIN, "example.com")];
}

function dns1035Label(text: string): string[] {
  const message =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  const problems = tooLong(text, MAX_LABEL, "characters");
  return IS_LABEL_1035.test(text)
    ? problems
    : [...problems, mismatch(message, LABEL_1035, "my-name", "abc-123")];
}

function labelValue(text: string): string[] {
  const message =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const problems = tooLong(text, MAX_LABEL, "bytes");
  return IS_LABEL_VALUE.test(text)
    ? problems
    : [...problems, mismatch(message, LABEL_VALUE, "MyValue", "my_value", "12345")];
}

function qualifiedName(text: string): string[] {
  const message = mismatch(
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    QUALIFIED,
    "MyName",
    "my.name",
    "123-abc",
  );
  const parts = text.split("/");
  if (parts.length > 2) {
    return [
      `a valid label key ${message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1) ?? "";
  return [
    ...(parts.length === 2 ? prefixProblems(parts[0] ?? "") : []),
    ...(name === ""
      ? ["name part must be non-empty"]
      : tooLong(name, MAX_LABEL, "bytes").map((one) => `name part ${one}`)),
    ...(IS_QUALIFIED.test(name) ? [] : [`name part ${message}`]),
  ];
}

function prefixProblems(prefix: string): string[] {
  const problems = prefix === "" ? ["must be non-empty"] : dns1123Subdomain(prefix, "bytes");
  return problems.map((problem) => `prefix part ${problem}`);
}

function uri(text: string): string[] {
  const url = parseGoUrl(text, true);
  return typeof url === "string" ? [url] : [];
}
