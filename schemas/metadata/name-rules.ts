/**
 * Rules for names, in Kubernetes' words (k8s.io/apimachinery/pkg/api/validate/content). Each returns the faults of a
 * text; lengths are in bytes.
 */

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const DNS_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

const LABEL_PATTERN = new RegExp(`^${LABEL}$`);
const DNS_1035_PATTERN = new RegExp(`^${DNS_1035}$`);
const KEY_PATTERN = new RegExp(`^${KEY}$`);

const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;

/** A lower-case RFC 1123 subdomain: the name of an object. */
export function subdomainFaults(
  text: string,
  unit: "bytes" | "characters" = "characters",
): string[] {
  return [
    ...lengthFaults(text, MAX_SUBDOMAIN, unit),
    ...(isSubdomain(text)
      ? []
      : [
          patternFault(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
            SUBDOMAIN,
            ["example.com"],
          ),
        ]),
  ];
}

/** A lower-case RFC 1123 label: the name of a namespace. */
export function labelFaults(text: string): string[] {
  const faults = lengthFaults(text, MAX_LABEL, "characters");
  if (LABEL_PATTERN.test(text)) {
    return faults;
  }
  const fault = isSubdomain(text)
    ? "must not contain dots"
    : patternFault(
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
        LABEL,
        ["my-name", "123-abc"],
      );
  return [...faults, fault];
}

/** A DNS-1035 label: the kind of an object, in lower case. */
export function dns1035Faults(text: string): string[] {
  return [
    ...lengthFaults(text, MAX_LABEL, "characters"),
    ...(DNS_1035_PATTERN.test(text)
      ? []
      : [
          patternFault(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
            DNS_1035,
            ["my-name", "abc-123"],
          ),
        ]),
  ];
}

/** A key of labels, annotations and finalizers: a name with an optional prefix. */
export function qualifiedNameFaults(text: string): string[] {
  const parts = text.split("/");
  const keyFault = patternFault(
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    KEY,
    ["MyName", "my.name", "123-abc"],
  );
  if (parts.length > 2) {
    return [
      `a valid label key ${keyFault} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1) ?? "";
  return [
    ...(parts.length === 2 ? prefixFaults(parts[0] ?? "") : []),
    ...(name === "" ? ["must be non-empty"] : lengthFaults(name, MAX_LABEL, "bytes")).map(
      (fault) => `name part ${fault}`,
    ),
    ...(KEY_PATTERN.test(name) ? [] : [`name part ${keyFault}`]),
  ];
}

function prefixFaults(prefix: string): string[] {
  const faults = prefix === "" ? ["must be non-empty"] : subdomainFaults(prefix, "bytes");
  return faults.map((fault) => `prefix part ${fault}`);
}

/** The value of a label. */
export function labelValueFaults(text: string): string[] {
  return [
    ...lengthFaults(text, MAX_LABEL, "bytes"),
    ...(text === "" || KEY_PATTERN.test(text)
      ? []
      : [
          patternFault(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
            `(${KEY})?`,
            ["MyValue", "my_value", "12345"],
          ),
        ]),
  ];
}

/** The name of an embedded object: it has to fit into a path. */
export function pathSegmentFaults(text: string): string[] {
  if (text === "." || text === "..") {
    return [`may not be '${text}'`];
  }
  return ["/", "%"]
    .filter((character) => text.includes(character))
    .map((character) => `may not contain '${character}'`);
}

/** The prefix of a generated name: a dash at its end stands for what will follow. */
export function generatedNameFaults(text: string): string[] {
  return subdomainFaults(text.length > 1 && text.endsWith("-") ? `${text.slice(0, -2)}a` : text);
}

function isSubdomain(text: string): boolean {
  return text.split(".").every((part) => LABEL_PATTERN.test(part));
}

/** Two packages of Kubernetes judge names, and only one of them calls a byte a byte. */
function lengthFaults(text: string, max: number, unit: "bytes" | "characters"): string[] {
  return Buffer.byteLength(text) > max ? [`must be no more than ${max} ${unit}`] : [];
}

function patternFault(rule: string, pattern: string, examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(" or ");
  return `${rule} (e.g. ${shown}regex used for validation is '${pattern}')`;
}
