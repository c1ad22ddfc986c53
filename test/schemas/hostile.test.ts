import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { admit } from "../../schemas/admit.ts";
import { compileCrd } from "../../schemas/engine.ts";
import type { JsonObject, JsonValue } from "../../schemas/json.ts";
import { parseJson } from "../../schemas/parse-json.ts";
import { crdOf, readVersions, thing } from "./crd-fixture.ts";

const MEGABYTES = 3 * 1024 * 1024;

const ENGINE = compileCrd(
  crdOf({
    type: "object",
    properties: {
      greedy: { type: "string", pattern: "^(a+)+$" },
      nested: { type: "string", pattern: "^(([a-z])+.)+[A-Z]([a-z])+$" },
      long: { type: "string", maxLength: 10 },
      list: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
      numbers: { type: "array", items: { type: "integer", maximum: 1 } },
      map: { type: "object", additionalProperties: { type: "integer", default: 1 } },
      free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
  }),
);

/** Of the processor, since others run beside this. */
function milliseconds(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

describe("catastrophic patterns take time in proportion to the text", () => {
  for (const field of ["greedy", "nested"]) {
    it(field, () => {
      const judge = (length: number) => () => {
        assert.equal(
          admit(ENGINE, { object: thing({ [field]: `${"a".repeat(length)}!` }) }).allowed,
          false,
        );
      };
      judge(1000)();
      const short = milliseconds(judge(100_000));
      // Forty times the text; backtracking would need longer than the age of the universe.
      assert.ok(milliseconds(judge(4_000_000)) < Math.max(short, 5) * 400);
    });
  }
});

it("strings of megabytes are refused in words that do not repeat them where they are too long", () => {
  const answer = admit(ENGINE, { object: thing({ long: "é".repeat(MEGABYTES) }) });
  assert.ok(!answer.allowed);
  assert.deepEqual(answer.allowed ? [] : answer.problems.map(({ message }) => message), [
    "Too long: may not be more than 10 bytes",
  ]);
});

it("a hundred thousand faults are found, and no more than in proportion", () => {
  const wrong = (count: number) => () => {
    const answer = admit(ENGINE, {
      object: thing({ numbers: Array.from({ length: count }, () => 2) }),
    });
    assert.equal(answer.allowed ? 0 : answer.problems.length, count);
  };
  wrong(100)();
  const few = milliseconds(wrong(10_000));
  assert.ok(milliseconds(wrong(100_000)) < Math.max(few, 5) * 100);
});

it("a set of many items is looked through once", () => {
  const list = Array.from({ length: 200_000 }, (_, at) => `item ${at}`);
  assert.equal(admit(ENGINE, { object: thing({ list }) }).allowed, true);
});

describe("nesting", () => {
  it("beyond the limit is no object to begin with", () => {
    const text = `{"object":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}`;
    assert.deepEqual(parseJson(text), { kind: "malformed", message: "exceeded max depth" });
  });

  it("up to the limit is handled, kept or pruned", () => {
    const deep = (depth: number): JsonValue => {
      let value: JsonValue = 1;
      for (let at = 0; at < depth; at++) {
        value = at % 2 === 0 ? { a: value } : [value];
      }
      return value;
    };
    const answer = admit(ENGINE, { object: thing({ free: { deep: deep(990) }, gone: deep(990) }) });
    assert.equal(answer.allowed, true);
  });

  it("that did not come from our parser is refused, not a crash", () => {
    let value: JsonValue = 1;
    for (let at = 0; at < 200_000; at++) {
      value = [value];
    }
    const answer = admit(ENGINE, { object: thing({ free: { value } }) });
    assert.equal(answer.allowed, false);
    assert.match(answer.allowed ? "" : answer.message, /depth/);
  });
});

describe("keys that JavaScript's objects have by themselves", () => {
  const spec: JsonObject = JSON.parse(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"map":{"__proto__":null,"toString":2},"free":{"__proto__":{"polluted":1}}}',
  );

  it("are pruned, defaulted and kept like all others", () => {
    const answer = admit(ENGINE, { object: thing(spec) });
    assert.equal(
      answer.allowed && JSON.stringify(answer.object["spec"]),
      '{"map":{"__proto__":1,"toString":2},"free":{"__proto__":{"polluted":1}}}',
    );
  });

  it("pollute nothing, and are missing where they are not written", () => {
    assert.equal(Reflect.get({}, "polluted"), undefined);
    const [version] = readVersions("test/fixtures/torture.crd.yaml");
    assert.ok(version);
    const object = {
      ...thing({ "odd keys": {} }),
      apiVersion: "differential.prism.io/v1",
      kind: "Torture",
    };
    const answer = admit(compileCrd(version), { object });
    const stored = answer.allowed ? answer.object["spec"] : undefined;
    assert.equal(JSON.stringify(stored), '{"odd keys":{"__proto__":1},"rules":{}}');
  });
});

it("whatever is sent in place of an object is answered", () => {
  const values: readonly JsonValue[] = [
    null,
    1,
    "x",
    [],
    {},
    { kind: {} },
    { metadata: [] },
    thing(null),
    thing([[]]),
  ];
  for (const object of values) {
    for (const old of [undefined, ...values]) {
      const answer = admit(ENGINE, { object, ...(old === undefined ? {} : { old }) });
      assert.equal(typeof answer.allowed, "boolean");
    }
  }
});
