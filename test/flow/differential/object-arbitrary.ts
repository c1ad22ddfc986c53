/** Objects made from a schema: mostly fitting, with values at and beyond every bound, and now and then something quite wrong. */
import fc from "fast-check";
import { FloatLiteral, type JsonObject, type JsonValue, setKey } from "../../../schemas/json.ts";
import type { StructuralSchema } from "../../../schemas/structural-schema.ts";
import { FORMAT_SAMPLES, TEXT_SAMPLES } from "./text-samples.ts";

type Values = fc.Arbitrary<JsonValue>;

/** Values that fit few schemas. */
const MISFITS: Values = fc.constantFrom<JsonValue[]>(
  null,
  true,
  0,
  -1,
  7,
  "",
  "x",
  1.5,
  new FloatLiteral(1),
  new FloatLiteral(-0),
  9007199254740993n,
  2147483648,
  [],
  {},
  [null],
  { a: null },
  [1, "x"],
  { apiVersion: "v1", kind: "Pod" },
);

/** A whole object without its apiVersion and kind: spec, status and what else the schema has at its root. */
export function objectArbitrary(schema: StructuralSchema): fc.Arbitrary<JsonObject> {
  const keys = [...schema.properties].filter(
    ([key]) => key !== "apiVersion" && key !== "kind" && key !== "metadata",
  );
  return members(keys, new Set(schema.required)).map((object) => object);
}

/** A value for a schema node: fitting, or in one of 25 cases not. */
export function valueArbitrary(schema: StructuralSchema): Values {
  return fc.oneof({ weight: 24, arbitrary: fitting(schema) }, { weight: 1, arbitrary: MISFITS });
}

function fitting(schema: StructuralSchema): Values {
  const usual = byType(schema);
  const special = [
    ...(schema.enum === undefined ? [] : [fc.constantFrom(...schema.enum)]),
    ...(schema.nullable ? [fc.constant(null)] : []),
  ];
  return special.length === 0
    ? usual
    : fc.oneof({ weight: 1, arbitrary: usual }, { weight: 3, arbitrary: fc.oneof(...special) });
}

function byType(schema: StructuralSchema): Values {
  if (schema.intOrString) {
    return fc.oneof(numbers(schema), texts(schema));
  }
  switch (schema.type) {
    case "object":
      return objects(schema);
    case "array":
      return arrays(schema);
    case "string":
      return texts(schema);
    case "integer":
    case "number":
      return numbers(schema);
    case "boolean":
      return fc.boolean();
    case "":
      return fc.oneof(MISFITS, embeddedResources());
  }
}

function objects(schema: StructuralSchema): Values {
  const unknown = maybe(fc.constantFrom("unknown", "x-y.z", "__proto__", "constructor"), {
    present: 1,
    absent: 11,
  });
  const known = members([...schema.properties], new Set(schema.required));
  const parts: fc.Arbitrary<JsonObject>[] = [known];
  if (typeof schema.additionalProperties === "object") {
    parts.push(maps(valueArbitrary(schema.additionalProperties)));
  }
  if (schema.embeddedResource) {
    parts.push(embeddedResources());
  }
  return fc.tuple(fc.tuple(...parts), unknown, MISFITS).map(([members, key, value]) => {
    const object: JsonObject = {};
    for (const part of members) {
      for (const name of Object.keys(part)) {
        setKey(object, name, part[name] ?? null);
      }
    }
    if (key !== undefined) {
      setKey(object, key, value);
    }
    return object;
  });
}

/** Some of the properties: a large object with all of them would fail in a dozen places. */
function members(
  properties: readonly (readonly [string, StructuralSchema])[],
  required: ReadonlySet<string>,
): fc.Arbitrary<JsonObject> {
  const expected = 4;
  const others = Math.max(1, properties.length - expected);
  const entries = properties.map(([key, schema]) => {
    const present = valueArbitrary(schema).map((value) => [key, value] as const);
    return required.has(key)
      ? maybe(present, { present: 19, absent: 1 })
      : maybe(present, { present: expected, absent: others });
  });
  return fc.tuple(...entries).map((some) => {
    const object: JsonObject = {};
    for (const [key, value] of some.filter((entry) => entry !== undefined)) {
      setKey(object, key, value);
    }
    return object;
  });
}

function rarely(usual: Values, rare: Values): Values {
  return fc.oneof({ weight: 14, arbitrary: usual }, { weight: 1, arbitrary: rare });
}

function maybe<T>(
  values: fc.Arbitrary<T>,
  weights: { readonly present: number; readonly absent: number },
): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: weights.absent, arbitrary: fc.constant(undefined) },
    { weight: weights.present, arbitrary: values },
  );
}

function maps(values: Values): fc.Arbitrary<JsonObject> {
  const key = fc.constantFrom("a", "b", "x-y.z", "A b", "__proto__", "é", "");
  return fc.array(fc.tuple(key, values), { maxLength: 4 }).map((entries) => {
    const object: JsonObject = {};
    for (const [name, value] of entries) {
      setKey(object, name, value);
    }
    return object;
  });
}

function arrays(schema: StructuralSchema): Values {
  const items = schema.items === undefined ? MISFITS : valueArbitrary(schema.items);
  const { maxItems = 4, minItems = 0 } = schema;
  return fc
    .tuple(
      fc.array(items, {
        minLength: Math.max(0, Math.min(minItems, 4) - 1),
        maxLength: Math.min(maxItems + 1, 6),
      }),
      fc.boolean(),
    )
    .map(([list, repeats]) =>
      repeats && list.length > 1 ? [...list.slice(0, -1), list[0] ?? null] : list,
    );
}

function texts(schema: StructuralSchema): Values {
  const { maxLength, minLength } = schema;
  const lengths = [minLength, maxLength]
    .filter((length) => length !== undefined)
    .flatMap((length) => [length - 1, length, length + 1])
    .filter((length) => length >= 0 && length < 300);
  const samples = [
    ...TEXT_SAMPLES,
    ...lengths.map((length) => "a".repeat(length)),
    ...lengths.map((length) => "\u{1f600}".repeat(length)),
    ...(FORMAT_SAMPLES.get(schema.format.replaceAll("-", "")) ?? []),
  ];
  const fromPattern = patternTexts(schema.pattern);
  const own = fc.constantFrom(
    ...(FORMAT_SAMPLES.get(schema.format.replaceAll("-", "")) ?? samples),
  );
  return fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...samples) },
    { weight: 3, arbitrary: own },
    {
      weight: 1,
      arbitrary: fc.string({ unit: "binary-ascii", maxLength: 6 }),
    },
    ...(fromPattern === undefined ? [] : [{ weight: 5, arbitrary: fromPattern }]),
  );
}

/** Texts that match, as far as fast-check understands the pattern. */
function patternTexts(pattern: string): fc.Arbitrary<string> | undefined {
  if (pattern === "") {
    return undefined;
  }
  try {
    return fc.stringMatching(new RegExp(pattern, "u"), { size: "xsmall" });
  } catch {
    return undefined;
  }
}

function numbers(schema: StructuralSchema): Values {
  const { minimum, maximum, multipleOf } = schema;
  const near = [minimum, maximum, multipleOf]
    .filter((bound) => bound !== undefined)
    .flatMap((bound) => [bound - 1, bound, bound + 1, bound / 2, bound * 2, bound + 0.25]);
  const integers = near.filter((value) => Number.isSafeInteger(value));
  return fc.oneof(
    fc.constantFrom<JsonValue[]>(
      0,
      1,
      2,
      3,
      -1,
      97,
      1.5,
      0.5,
      -0.25,
      1e-7,
      1.0000000001,
      1e21,
      1.5e300,
    ),
    fc.constantFrom<JsonValue[]>(...near, 1),
    fc.constantFrom(...integers, 1, 0, 2 ** 31).map((value): JsonValue => new FloatLiteral(value)),
    fc.constantFrom<JsonValue[]>(
      2147483647,
      2147483648,
      -2147483649,
      9007199254740993n,
      -9007199254740993n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      2 ** 64,
      new FloatLiteral(1e18),
      3.5e38,
    ),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
}

/** Resources inside of objects, with right and wrong metadata. */
function embeddedResources(): fc.Arbitrary<JsonObject> {
  const entries: readonly (readonly [string, Values])[] = [
    [
      "apiVersion",
      rarely(fc.constantFrom("v1", "apps/v1"), fc.constantFrom<JsonValue[]>("", "a/b/c", 1)),
    ],
    [
      "kind",
      rarely(
        fc.constantFrom("Pod", "Job"),
        fc.constantFrom<JsonValue[]>("", "No_kind", "x.y", false),
      ),
    ],
    ["metadata", rarely(embeddedMeta(), fc.constantFrom<JsonValue[]>(null, {}, "x"))],
    ["spec", MISFITS],
  ];
  return fc
    .tuple(
      ...entries.map(([key, values]) => fc.option(fc.tuple(fc.constant(key), values), { freq: 6 })),
    )
    .map((some) => Object.fromEntries(some.filter((entry) => entry !== null)));
}

function embeddedMeta(): fc.Arbitrary<JsonObject> {
  return fc.record<JsonObject>(
    {
      name: rarely(fc.constantFrom("x", "forbidden", "Bad_Name", "a/b", ""), fc.constant(5)),
      generateName: fc.constantFrom("x-", "a/b"),
      namespace: fc.constantFrom("default", "Bad.One", ""),
      labels: fc.constantFrom<JsonValue[]>(
        { a: "b" },
        { "bad key": "b" },
        { a: "-" },
        { a: null },
        { a: 1 },
        null,
      ),
      annotations: fc.constantFrom<JsonValue[]>({ A: "b" }, { "bad key": "b" }, {}),
      finalizers: fc.constantFrom<JsonValue[]>(["x"], ["a/b"], ["bad one"], []),
      ownerReferences: fc.constantFrom<JsonValue[]>(
        [],
        [{ apiVersion: "v1", kind: "Pod", name: "x", uid: "1" }],
        [{ kind: "Pod", extra: 1 }],
        [
          { apiVersion: "v1", kind: "Pod", name: "x", uid: "1", controller: true },
          { apiVersion: "a/b/c", kind: "Pod", name: "y", uid: "2", controller: true },
        ],
      ),
      creationTimestamp: rarely(
        fc.constantFrom(null, "2020-01-01T00:00:00Z"),
        fc.constant("yesterday"),
      ),
      unknown: fc.constant("gone"),
    },
    { requiredKeys: [] },
  );
}

/** Metadata of the object itself; its name is the caller's. */
export function metaArbitrary(): fc.Arbitrary<JsonObject> {
  const plain = fc.constant<JsonObject>({});
  const rich = embeddedMeta().map(
    ({ name: _name, namespace: _namespace, generateName: _generated, ...meta }) => meta,
  );
  return fc.oneof({ weight: 9, arbitrary: plain }, { weight: 1, arbitrary: rich });
}
