import type { FieldPath } from "../field-path.ts";
import { isRecord, ownValue } from "../json-object.ts";

/** A place of a hint: steps of the path, `*` for any key or index. */
interface Hint {
  readonly at: readonly string[];
  readonly says: (value: unknown) => string | undefined;
}

const WORKLOADS: readonly unknown[] = ["Deployment", "StatefulSet"];
/** What a user wrote is repeated only where it is a short plain word. */
const WORD = /^[A-Za-z0-9._-]{1,40}$/;

function word(value: unknown): string | undefined {
  return typeof value === "string" && WORD.test(value) ? value : undefined;
}

function when(said: string | undefined, hint: (said: string) => string): string | undefined {
  return said === undefined ? undefined : hint(said);
}

function quoted(value: unknown): string | undefined {
  const simple = typeof value === "boolean" || typeof value === "number";
  return simple ? `write it as a string: "${value}"` : undefined;
}

function unquoted(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^(true|false|\d{1,9})$/.test(value)) return undefined;
  return `write ${value} without quotes`;
}

const UNQUOTED: readonly Hint[] = [
  { at: ["spec", "admin", "replicas"], says: unquoted },
  { at: ["spec", "proxy", "replicas"], says: unquoted },
  { at: ["spec", "proxy", "autoscaling", "*"], says: unquoted },
  { at: ["spec", "patterns", "*", "replicas"], says: unquoted },
  { at: ["spec", "backends", "*", "replicas"], says: unquoted },
  { at: ["spec", "backends", "*", "enabled"], says: unquoted },
  { at: ["spec", "ingress", "enabled"], says: unquoted },
  { at: ["spec", "observability", "*", "enabled"], says: unquoted },
];

/** Where a shape of one version, or of YAML, was probably meant for another; by the version that the user wrote. */
const HINTS: Readonly<Record<string, readonly Hint[]>> = {
  v1alpha2: [
    {
      at: ["spec", "patterns", "*", "type"],
      says: (value) =>
        WORKLOADS.includes(value) ? `set workload: ${value}; type names the runner` : undefined,
    },
    {
      at: ["spec", "patterns", "*", "backends", "*"],
      says: (value) => when(word(value), (name) => `write {name: ${name}}`),
    },
    {
      at: ["spec", "backends", "*", "storage"],
      says: (value) => when(word(value), (size) => `write {size: ${size}}`),
    },
    { at: ["spec", "patterns", "*", "config", "*"], says: quoted },
    { at: ["spec", "patterns", "*", "backends", "*", "config", "*"], says: quoted },
    { at: ["spec", "backends", "*", "config", "*"], says: quoted },
    { at: ["spec", "patterns", "*", "env", "*", "value"], says: quoted },
    ...UNQUOTED,
  ],
  v1alpha1: [
    {
      at: ["spec", "patterns", "*", "type"],
      says: (value) =>
        word(value) === undefined || WORKLOADS.includes(value)
          ? undefined
          : "in v1alpha1 type is the kind of workload, and the name says which runner it is",
    },
    {
      at: ["spec", "patterns", "*", "backends", "*"],
      says: (value) => when(wordAt(value, "name"), (name) => `write ${name}`),
    },
    {
      at: ["spec", "backends", "*", "storage"],
      says: (value) => when(wordAt(value, "size"), (size) => `write storage: ${size}`),
    },
    ...UNQUOTED,
  ],
};

function wordAt(value: unknown, key: string): string | undefined {
  return isRecord(value) ? word(ownValue(value, key)) : undefined;
}

/** What the user probably meant by `value` at `path`, both of the version they wrote; undefined where that is not plain. */
export function hintFor(version: string, path: FieldPath, value: unknown): string | undefined {
  const hints = Object.hasOwn(HINTS, version) ? HINTS[version] : undefined;
  for (const { at, says } of hints ?? []) {
    if (at.length === path.length && at.every((step, i) => step === "*" || step === path[i])) {
      const hint = says(value);
      if (hint !== undefined) return hint;
    }
  }
  return undefined;
}
