/** Rules with the objects they judge and what kube-apiserver 1.37 says: messages, old values, values of the wrong type. */
import type { JsonObject, JsonValue } from "../../../schemas/json.ts";
import type { ValidationRule } from "../../../schemas/structural-schema.ts";

export interface RuleCase {
  readonly title: string;
  readonly schema: JsonObject;
  readonly rule: ValidationRule;
  readonly self: JsonValue;
  readonly old?: JsonValue;
  /** undefined when the rule holds. */
  readonly message?: string;
}

const text = { type: "string" };
const integer = { type: "integer" };
const replicas: JsonObject = {
  type: "object",
  properties: {
    replicas: integer,
    name: text,
    size: { type: "string" },
    note: { type: "string", nullable: true },
  },
};
const resource: JsonObject = {
  ...replicas,
  "x-kubernetes-embedded-resource": true,
  "x-kubernetes-preserve-unknown-fields": true,
};
const listOf = (items: JsonObject, extra: JsonObject = {}): JsonObject => ({
  type: "array",
  items,
  ...extra,
});

/** A rule that is false for every object here. */
const never = "self.replicas < 0";

const messages: readonly RuleCase[] = [
  {
    title: "a rule that holds",
    schema: replicas,
    rule: { rule: "self.replicas > 0" },
    self: { replicas: 1 },
  },
  {
    title: "an empty rule holds",
    schema: replicas,
    rule: { rule: "  \n " },
    self: { replicas: 1 },
  },
  {
    title: "the default message names the rule, trimmed",
    schema: replicas,
    rule: { rule: "  self.replicas > 5\n" },
    self: { replicas: 1 },
    message: "failed rule: self.replicas > 5",
  },
  {
    title: "a rule of several lines keeps its line breaks",
    schema: replicas,
    rule: { rule: "self.replicas > 5 &&\n  true" },
    self: { replicas: 1 },
    message: "failed rule: self.replicas > 5 &&\n  true",
  },
  {
    title: "the message is trimmed",
    schema: replicas,
    rule: { rule: never, message: " too few\u00a0" },
    self: { replicas: 1 },
    message: "too few",
  },
  {
    title: "messageExpression wins over message",
    schema: replicas,
    rule: { rule: never, message: "m", messageExpression: "'got ' + string(self.replicas)" },
    self: { replicas: 7 },
    message: "got 7",
  },
  {
    title: "messageExpression is trimmed",
    schema: replicas,
    rule: { rule: never, message: "m", messageExpression: "'\\t x \\n'" },
    self: { replicas: 7 },
    message: "x",
  },
  {
    title: "an empty messageExpression falls back to message",
    schema: replicas,
    rule: { rule: never, message: "m", messageExpression: "''" },
    self: { replicas: 7 },
    message: "m",
  },
  {
    title: "blanks alone fall back to message",
    schema: replicas,
    rule: { rule: never, message: "m", messageExpression: "'  '" },
    self: { replicas: 7 },
    message: "m",
  },
  {
    title: "several lines fall back to message",
    schema: replicas,
    rule: { rule: never, message: "m", messageExpression: "'a\\nb'" },
    self: { replicas: 7 },
    message: "m",
  },
  {
    title: "an error falls back to message",
    schema: replicas,
    rule: { rule: never, message: "m", messageExpression: "'n: ' + self.name" },
    self: { replicas: 7 },
    message: "m",
  },
  {
    title: "an error without message falls back to the default text",
    schema: replicas,
    rule: { rule: never, messageExpression: "'n: ' + self.name" },
    self: { replicas: 7 },
    message: `failed rule: ${never}`,
  },
  {
    title: "5 KiB are short enough",
    schema: replicas,
    rule: { rule: never, message: "m", messageExpression: "lists.range(5120).map(i, 'x').join()" },
    self: { replicas: 7 },
    message: "x".repeat(5120),
  },
  {
    title: "more falls back to message",
    schema: replicas,
    rule: { rule: never, message: "m", messageExpression: "lists.range(5121).map(i, 'x').join()" },
    self: { replicas: 7 },
    message: "m",
  },
  {
    title: "lengths of messages are in bytes",
    schema: replicas,
    rule: { rule: never, message: "m", messageExpression: "lists.range(2561).map(i, 'é').join()" },
    self: { replicas: 7 },
    message: "m",
  },
  {
    title: "a run time error ends with the rule",
    schema: replicas,
    rule: { rule: "self.name == 'x'" },
    self: { replicas: 1 },
    message: "no such key: name evaluating rule: self.name == 'x'",
  },
  {
    title: "a run time error ends with the message where there is one",
    schema: replicas,
    rule: { rule: "self.name == 'x'", message: " named x " },
    self: { replicas: 1 },
    message: "no such key: name evaluating rule: named x",
  },
  {
    title: "a run time error ignores messageExpression",
    schema: replicas,
    rule: { rule: "self.name == 'x'", messageExpression: "'other'" },
    self: { replicas: 1 },
    message: "no such key: name evaluating rule: self.name == 'x'",
  },
  {
    title: "a missing overload has its own sentence",
    schema: { "x-kubernetes-int-or-string": true },
    rule: { rule: "self > 5" },
    self: "5",
    message:
      "'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self > 5",
  },
  {
    title: "a missing overload names the message",
    schema: { "x-kubernetes-int-or-string": true },
    rule: { rule: "self.matches('a')", message: " m " },
    self: 5,
    message:
      "'no such overload': call arguments did not match a supported operator, function or macro signature for rule: m",
  },
];

const transitions: readonly RuleCase[] = [
  {
    title: "a transition that is allowed",
    schema: replicas,
    rule: { rule: "self.replicas >= oldSelf.replicas" },
    self: { replicas: 3 },
    old: { replicas: 2 },
  },
  {
    title: "a transition that is not",
    schema: replicas,
    rule: {
      rule: "self.replicas >= oldSelf.replicas",
      messageExpression: "'%d < %d'.format([self.replicas, oldSelf.replicas])",
    },
    self: { replicas: 1 },
    old: { replicas: 2 },
    message: "1 < 2",
  },
  {
    title: "a transition rule without an old value is not evaluated",
    schema: replicas,
    rule: { rule: "self.replicas > oldSelf.replicas" },
    self: { replicas: 1 },
  },
  {
    title: "an old value of null counts as none",
    schema: replicas,
    rule: { rule: "self.replicas > oldSelf.replicas" },
    self: { replicas: 1 },
    old: null,
  },
  {
    title: "optionalOldSelf is evaluated on create",
    schema: replicas,
    rule: { rule: "oldSelf.hasValue() || self.replicas == 1", optionalOldSelf: true },
    self: { replicas: 2 },
    message: "failed rule: oldSelf.hasValue() || self.replicas == 1",
  },
  {
    title: "optionalOldSelf holds the old value on update",
    schema: replicas,
    rule: { rule: "oldSelf.replicas.orValue(0) == 5", optionalOldSelf: true },
    self: { replicas: 2 },
    old: { replicas: 5 },
  },
  {
    title: "optionalOldSelf.value() is the old value",
    schema: replicas,
    rule: { rule: "oldSelf.value().replicas == 5", optionalOldSelf: true },
    self: { replicas: 2 },
    old: { replicas: 4 },
    message: "failed rule: oldSelf.value().replicas == 5",
  },
  {
    title: "optionalOldSelf.optMap",
    schema: replicas,
    rule: {
      rule: "oldSelf.optMap(o, o.replicas <= self.replicas).orValue(true)",
      optionalOldSelf: true,
    },
    self: { replicas: 2 },
    old: { replicas: 4 },
    message: "failed rule: oldSelf.optMap(o, o.replicas <= self.replicas).orValue(true)",
  },
  {
    title: "a messageExpression sees oldSelf itself where the rule sees an optional",
    schema: replicas,
    rule: {
      rule: "oldSelf.hasValue() && self.replicas > 9",
      message: "m",
      messageExpression: "'old ' + string(oldSelf.value().replicas)",
      optionalOldSelf: true,
    },
    self: { replicas: 2 },
    old: { replicas: 4 },
    message: "m",
  },
  {
    title: "has(oldSelf.x) makes a transition rule",
    schema: replicas,
    rule: { rule: "has(oldSelf.name)" },
    self: { replicas: 1 },
  },
  {
    title: "scalars have old values too",
    schema: text,
    rule: { rule: "self == oldSelf", message: "is immutable" },
    self: "b",
    old: "a",
    message: "is immutable",
  },
  {
    title: "sets compare without order over an update",
    schema: listOf(text, { "x-kubernetes-list-type": "set" }),
    rule: { rule: "self == oldSelf" },
    self: ["a", "b"],
    old: ["b", "a"],
  },
  {
    title: "atomic lists compare in order",
    schema: listOf(text),
    rule: { rule: "self == oldSelf" },
    self: ["a", "b"],
    old: ["b", "a"],
    message: "failed rule: self == oldSelf",
  },
  {
    title: "unknown fields take part in equality",
    schema: { ...replicas, "x-kubernetes-preserve-unknown-fields": true },
    rule: { rule: "self == oldSelf" },
    self: { extra: { a: 1 } },
    old: { extra: { a: 2 } },
    message: "failed rule: self == oldSelf",
  },
  {
    title: "unknown fields that are equal",
    schema: { ...replicas, "x-kubernetes-preserve-unknown-fields": true },
    rule: { rule: "self == oldSelf" },
    self: { extra: { a: [1, { b: null }] } },
    old: { extra: { a: [1, { b: null }] } },
  },
  {
    title: "an unknown field of another name does not count, its number does",
    schema: { ...replicas, "x-kubernetes-preserve-unknown-fields": true },
    rule: { rule: "self == oldSelf" },
    self: { one: 1 },
    old: { two: 1 },
  },
  {
    title: "a nullable property of null is absent",
    schema: replicas,
    rule: { rule: "!has(self.note) && !has(oldSelf.note) && self == oldSelf" },
    self: { note: null },
    old: { note: null },
  },
  {
    title: "null counts in the number of properties",
    schema: replicas,
    rule: { rule: "self == oldSelf" },
    self: { note: null },
    old: {},
    message: "failed rule: self == oldSelf",
  },
];

const keyed: JsonObject = {
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["name", "port"],
};
const entry: JsonObject = { type: "object", properties: { name: text, port: integer, note: text } };
const inNamespace: JsonObject = {
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["namespace", "name"],
};
const reference: JsonObject = { type: "object", properties: { namespace: text, name: text } };

const lists: readonly RuleCase[] = [
  {
    title: "list-maps of two keys compare without order",
    schema: listOf(entry, keyed),
    rule: { rule: "self == oldSelf" },
    self: [
      { name: "a", port: 1 },
      { name: "a", port: 2 },
    ],
    old: [
      { name: "a", port: 2 },
      { name: "a", port: 1 },
    ],
  },
  {
    title: "list-maps differ by a value",
    schema: listOf(entry, keyed),
    rule: { rule: "self == oldSelf" },
    self: [{ name: "a", port: 1, note: "x" }],
    old: [{ name: "a", port: 1 }],
    message: "failed rule: self == oldSelf",
  },
  {
    title: "list-maps differ by a key",
    schema: listOf(entry, keyed),
    rule: { rule: "self == oldSelf" },
    self: [{ name: "a", port: 1 }],
    old: [{ name: "b", port: 1 }],
    message: "failed rule: self == oldSelf",
  },
  {
    title: "+ of list-maps replaces and appends",
    schema: listOf(entry, keyed),
    rule: { rule: "(self + oldSelf).map(e, e.?note.orValue('-')) == ['y', 'z']" },
    self: [{ name: "a", port: 1, note: "x" }],
    old: [
      { name: "a", port: 1, note: "y" },
      { name: "b", port: 1, note: "z" },
    ],
  },
  {
    title: "a merge of list-maps compares without order",
    schema: listOf(entry, keyed),
    rule: { rule: "self + oldSelf == oldSelf + self" },
    self: [{ name: "a", port: 1 }],
    old: [{ name: "b", port: 1 }],
  },
  {
    title: "a reserved word as key does not tell elements apart",
    schema: listOf(reference, inNamespace),
    rule: { rule: "self == oldSelf" },
    self: [
      { namespace: "n1", name: "a" },
      { namespace: "n2", name: "a" },
    ],
    old: [
      { namespace: "n2", name: "a" },
      { namespace: "n1", name: "a" },
    ],
    message: "failed rule: self == oldSelf",
  },
  {
    title: "a union of sets compares without order",
    schema: listOf(text, { "x-kubernetes-list-type": "set" }),
    rule: { rule: "self + ['x'] == ['x'] + oldSelf" },
    self: ["a", "b"],
    old: ["b", "a"],
  },
  {
    title: "a union of a set with what it has",
    schema: listOf(text, { "x-kubernetes-list-type": "set" }),
    rule: { rule: "(self + oldSelf).size() == 2 && self + oldSelf == oldSelf" },
    self: ["a", "b"],
    old: ["b", "a"],
  },
  {
    title: "a set of objects has no union",
    schema: listOf(entry, { "x-kubernetes-list-type": "set" }),
    rule: { rule: "(self + self).size() == 1" },
    self: [{ name: "a" }],
    message:
      "listSet operations are only supported on lists of scalar values evaluating rule: (self + self).size() == 1",
  },
  {
    title: "maps compare by key",
    schema: { type: "object", additionalProperties: integer },
    rule: { rule: "self == oldSelf" },
    self: { a: 1, b: 2 },
    old: { b: 2, a: 1 },
  },
  {
    title: "a map of nullable values",
    schema: { type: "object", additionalProperties: { type: "string", nullable: true } },
    rule: { rule: "self.all(k, k in oldSelf) && size(self) == 2" },
    self: { a: null, b: "x" },
    old: { a: null, b: "x" },
  },
  {
    title: "objects within lists",
    schema: listOf(replicas),
    rule: { rule: "self.filter(x, x.replicas > 1).map(x, x.name) == ['b']" },
    self: [
      { replicas: 1, name: "a" },
      { replicas: 2, name: "b" },
    ],
  },
];

const mistyped: readonly RuleCase[] = [
  {
    title: "a string for an integer",
    schema: replicas,
    rule: { rule: "self.replicas > 0" },
    self: { replicas: "x" },
    message: "invalid data, expected int, got string evaluating rule: self.replicas > 0",
  },
  {
    title: "a float for an integer",
    schema: replicas,
    rule: { rule: "self.replicas > 0" },
    self: { replicas: 1.5 },
    message: "invalid data, expected int, got float64 evaluating rule: self.replicas > 0",
  },
  {
    title: "a list for an integer",
    schema: replicas,
    rule: { rule: "self.replicas > 0" },
    self: { replicas: [] },
    message: "invalid data, expected int, got []interface {} evaluating rule: self.replicas > 0",
  },
  {
    title: "an object for a string",
    schema: replicas,
    rule: { rule: "self.name == ''" },
    self: { name: {} },
    message:
      "invalid data, expected string, got map[string]interface {} evaluating rule: self.name == ''",
  },
  {
    title: "a boolean for a string",
    schema: replicas,
    rule: { rule: "self.name == ''" },
    self: { name: true },
    message: "invalid data, expected string, got bool evaluating rule: self.name == ''",
  },
  {
    title: "an integer for a string",
    schema: replicas,
    rule: { rule: "self.name == ''" },
    self: { name: 1 },
    message: "invalid data, expected string, got int64 evaluating rule: self.name == ''",
  },
  {
    title: "a string for a number",
    schema: { type: "object", properties: { n: { type: "number" } } },
    rule: { rule: "self.n > 0.5" },
    self: { n: "1" },
    message: "invalid data, expected float, got string evaluating rule: self.n > 0.5",
  },
  {
    title: "an integer for a number is one",
    schema: { type: "object", properties: { n: { type: "number" } } },
    rule: { rule: "self.n == 1.0" },
    self: { n: 1 },
  },
  {
    title: "a string for a boolean",
    schema: { type: "object", properties: { b: { type: "boolean" } } },
    rule: { rule: "self.b" },
    self: { b: "true" },
    message: "invalid data, expected bool, got string evaluating rule: self.b",
  },
  {
    title: "a string for an object",
    schema: { type: "object", properties: { o: replicas } },
    rule: { rule: "has(self.o.name)" },
    self: { o: "x" },
    message:
      "invalid data, expected a map for the provided schema with type=object evaluating rule: has(self.o.name)",
  },
  {
    title: "a string for a list",
    schema: { type: "object", properties: { l: listOf(text) } },
    rule: { rule: "self.l.size() > 0" },
    self: { l: "x" },
    message:
      "invalid data, expected an array for the provided schema with type=array evaluating rule: self.l.size() > 0",
  },
  {
    title: "a boolean for int-or-string",
    schema: { type: "object", properties: { p: { "x-kubernetes-int-or-string": true } } },
    rule: { rule: "self.p == 1" },
    self: { p: true },
    message:
      "invalid data, expected XIntOrString value to be either a string or integer evaluating rule: self.p == 1",
  },
  {
    title: "has() of a value of the wrong type is an error",
    schema: replicas,
    rule: { rule: "has(self.replicas)" },
    self: { replicas: "x" },
    message: "invalid data, expected int, got string evaluating rule: has(self.replicas)",
  },
  {
    title: "the error is absorbed",
    schema: replicas,
    rule: { rule: "self.replicas > 0 || true" },
    self: { replicas: "x" },
  },
  {
    title: "a null element",
    schema: listOf(text),
    rule: { rule: "self.exists(x, x == 'a')" },
    self: [null],
    message:
      "invalid data, got null for schema with nullable=false evaluating rule: self.exists(x, x == 'a')",
  },
  {
    title: "a null element is absorbed by another",
    schema: listOf(text),
    rule: { rule: "self.exists(x, x == 'a')" },
    self: [null, "a"],
  },
  {
    title: "a null value of a map",
    schema: { type: "object", additionalProperties: text },
    rule: { rule: "self['a'] == ''" },
    self: { a: null },
    message:
      "invalid data, got null for schema with nullable=false evaluating rule: self['a'] == ''",
  },
  {
    title: "an unreadable duration",
    schema: { type: "string", format: "duration" },
    rule: { rule: "self > duration('1s')" },
    self: "soon",
    message:
      "Invalid duration soon: unable to parse soon as duration evaluating rule: self > duration('1s')",
  },
  {
    title: "bytes outside the URL alphabet",
    schema: { type: "string", format: "byte" },
    rule: { rule: "self.size() > 0" },
    self: "a+b=",
    message:
      "Invalid byte formatted string a+b=: illegal base64 data at input byte 1 evaluating rule: self.size() > 0",
  },
  {
    title: "bytes without padding",
    schema: { type: "string", format: "byte" },
    rule: { rule: "self.size() > 0" },
    self: "aGVsbG8",
    message:
      "Invalid byte formatted string aGVsbG8: illegal base64 data at input byte 4 evaluating rule: self.size() > 0",
  },
  {
    title: "int64 ends",
    schema: integer,
    rule: { rule: "self == -9223372036854775808" },
    self: -9223372036854775808n,
  },
  {
    title: "beyond 2^53",
    schema: integer,
    rule: { rule: "self == 9007199254740993" },
    self: 9007199254740993n,
  },
  {
    title: "elements of a set of the wrong type",
    schema: listOf(integer, { "x-kubernetes-list-type": "set" }),
    rule: { rule: "self.all(x, x > 0)" },
    self: [1, "x"],
    message: "invalid data, expected int, got string evaluating rule: self.all(x, x > 0)",
  },
];

const names: readonly RuleCase[] = [
  {
    title: "metadata of an embedded resource",
    schema: resource,
    rule: { rule: "self.metadata.name == 'x' && self.kind == 'K' && self.apiVersion == 'v1'" },
    self: { apiVersion: "v1", kind: "K", metadata: { name: "x", labels: { a: "b" } } },
  },
  {
    title: "an embedded resource without metadata",
    schema: resource,
    rule: { rule: "!has(self.metadata) || !has(self.metadata.name)" },
    self: { kind: "K" },
  },
  {
    title: "prototype keys are keys",
    schema: { type: "object", additionalProperties: text },
    rule: { rule: "'constructor' in self && !('toString' in self) && self['__proto__'] == 'x'" },
    self: JSON.parse('{"constructor": "y", "__proto__": "x"}'),
  },
  {
    title: "prototype names are no properties",
    schema: replicas,
    rule: { rule: "!has(self.name)" },
    self: JSON.parse('{"__proto__": {"name": "x"}}'),
  },
  {
    title: "code points, not UTF-16 units",
    schema: text,
    rule: { rule: "self.size() == 2 && self.charAt(1) == '😀' && self.substring(1) == '😀'" },
    self: "a😀",
  },
  {
    title: "order by code point",
    schema: listOf(text),
    rule: { rule: "self.isSorted() && self.max() == '😀'" },
    self: ["a", "\ufffd", "😀"],
  },
  {
    title: "variables of nested macros hide outer ones",
    schema: listOf(integer),
    rule: { rule: "self.all(x, [x + 1].all(x, x > 1)) && self.all(x, x >= 1)" },
    self: [1, 2],
  },
  {
    title: "a variable may be called like a type",
    schema: listOf(integer),
    rule: { rule: "self.all(int, int > 0)" },
    self: [1],
  },
];

/** All cases by theme. */
export const ruleCases: Readonly<Record<string, readonly RuleCase[]>> = {
  messages,
  transitions,
  lists,
  mistyped,
  names,
};
