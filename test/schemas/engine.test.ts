import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Answer, admit } from "../../schemas/admit.ts";
import { compileCrd } from "../../schemas/engine.ts";
import { goJson } from "../../schemas/go-text.ts";
import type { JsonObject } from "../../schemas/json.ts";
import { storedForm } from "../../schemas/stored-form.ts";
import { objectArbitrary } from "../flow/differential/object-arbitrary.ts";
import { repair } from "../flow/differential/repair.ts";
import { crdOf, readVersions, thing } from "./crd-fixture.ts";

const RULED = crdOf({
  type: "object",
  properties: {
    size: { type: "integer", default: 1 },
    parts: {
      type: "array",
      items: { type: "object", properties: { name: { type: "string" } } },
    },
    odd: {
      type: "string",
      "x-kubernetes-validations": [{ rule: "nosuch.function(self)" }],
    },
  },
  "x-kubernetes-validations": [
    { rule: "self.size == oldSelf.size", message: "size is fixed", fieldPath: ".size" },
  ],
});

describe("the steps of the engine", () => {
  const engine = compileCrd(RULED);

  it("prune in place, and tell what went", () => {
    const object: JsonObject = thing({ size: 2, gone: 1, parts: [{ x: null }] });
    const gone: string[] = [];
    engine.prune(object, (path) => gone.push(path.join(".")));
    assert.deepEqual(gone, ["spec.gone", "spec.parts.0.x"]);
    assert.deepEqual(object["spec"], { size: 2, parts: [{}] });
  });

  it("default in place, without sharing the CRD's own values", () => {
    const [first, second] = [thing({}), thing({})];
    engine.applyDefaults(first);
    engine.applyDefaults(second);
    assert.deepEqual(first["spec"], { size: 1 });
    assert.notEqual(first["spec"], second["spec"]);
  });

  it("give each fault its path in segments and in text", () => {
    const { problems } = engine.validate(thing({ size: 1, parts: [{ name: 5 }] }));
    assert.deepEqual(
      problems.map(({ path, field }) => ({ path, field })),
      [
        { path: ["spec", "parts", 0, "name"], field: "spec.parts[0].name" },
        { path: [], field: "<nil>" },
      ],
    );
  });

  it("judge transitions, and name the place that a rule names", () => {
    const { problems } = engine.validate(thing({ size: 2 }), thing({ size: 1 }));
    assert.deepEqual(problems, [
      {
        path: ["spec", "size"],
        field: "spec.size",
        reason: "FieldValueInvalid",
        message: "Invalid value: size is fixed",
      },
    ]);
  });
});

describe("a rule that cannot be evaluated", () => {
  const engine = compileCrd(RULED);

  it("is known when the CRD is compiled", () => {
    assert.deepEqual(
      engine.unevaluable().map(({ path, rule }) => ({ path, rule })),
      [{ path: "spec.odd", rule: "nosuch.function(self)" }],
    );
  });

  it("is named with every object that it would have judged, and with no other", () => {
    assert.equal(engine.validate(thing({ size: 1, odd: "x" })).unevaluated.length, 1);
    assert.equal(engine.validate(thing({ size: 1 })).unevaluated.length, 0);
  });
});

describe("of our own CRDs and the torture CRD", () => {
  const versions = [
    ...readVersions("crds/prism.io_prismclusters.yaml"),
    ...readVersions("test/fixtures/torture.crd.yaml"),
  ];
  for (const version of versions) {
    const engine = compileCrd(version);
    const complete = (object: JsonObject): JsonObject => ({
      ...object,
      apiVersion: `${version.group}/${version.version}`,
      kind: version.kind,
      metadata: { name: "x" },
    });
    const objects = objectArbitrary(version.schema).map(complete);

    it(`${version.kind} ${version.version}: every rule can be evaluated`, () => {
      assert.deepEqual(engine.unevaluable(), []);
    });

    it(`${version.kind} ${version.version}: an accepted object is accepted again, unchanged, also as an update of itself`, () => {
      fc.assert(
        fc.property(objects, (generated) => {
          // A float that is stored becomes an integer, and is then judged more strictly.
          const object = storedForm(complete(repair(engine, generated, 0)));
          const answer = admit(engine, { object });
          // The server takes 1.0 where multipleOf is a fraction, stores 1, and refuses that: whole numbers ask for a whole factor.
          if (!answer.allowed || /"multiple(Fraction|Tenth)"/.test(goJson(object))) {
            return;
          }
          assert.equal(text(admit(engine, { object: answer.object })), text(answer));
          const update = admit(engine, { object: answer.object, old: answer.object });
          assert.equal(update.allowed && goJson(update.object), goJson(answer.object));
        }),
        { numRuns: 60 },
      );
    });

    it(`${version.kind} ${version.version}: pruning and defaulting twice is doing it once`, () => {
      fc.assert(
        fc.property(objects, (object) => {
          engine.prune(object);
          engine.applyDefaults(object);
          const once = goJson(object);
          engine.prune(object);
          engine.applyDefaults(object);
          assert.equal(goJson(object), once);
        }),
        { numRuns: 60 },
      );
    });

    it(`${version.kind} ${version.version}: defaults without a copy are those in place, and change nothing`, () => {
      fc.assert(
        fc.property(objects, (object) => {
          const before = goJson(object);
          const defaulted = engine.defaulted(object);
          assert.equal(goJson(object), before);
          assert.equal(engine.defaulted(defaulted), defaulted);
          engine.applyDefaults(object);
          assert.equal(goJson(defaulted), goJson(object));
        }),
        { numRuns: 60 },
      );
    });

    it(`${version.kind} ${version.version}: a request leaves its objects as they are`, () => {
      fc.assert(
        fc.property(objects, objects, (object, old) => {
          const before = goJson([object, old]);
          admit(engine, { object, old });
          assert.equal(goJson([object, old]), before);
        }),
        { numRuns: 30 },
      );
    });
  }
});

/** The object of an acceptance; a create discards the status that it is given, and answers with the schema's default. */
function text(answer: Answer): string {
  assert.equal(answer.allowed, true);
  const { status: _status, ...object } = answer.allowed ? answer.object : {};
  return goJson(object);
}
