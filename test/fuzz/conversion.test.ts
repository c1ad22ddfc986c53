import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { isRecord } from "../../src/domain/json-object.ts";
import { parseJson, printJson } from "../../webhooks/lossless-json.ts";
import { directions, firstLoss, lossOf } from "./conversion-fuzz.ts";

/** `npm run fuzz -- --count 1000000` is the long form; what it finds is kept in test/fixtures/conversion and replayed here. */

const COUNT = 10_000;
const FIXED_SEED = 1;
const ways = directions();

describe("ten thousand objects of a fixed seed, and some of a new one, are the same there and back", () => {
  assert.ok(ways.length >= 2);
  for (const way of ways) {
    it(`${way.from.kind} from ${way.from.apiVersion} to ${way.to}`, () => {
      const fresh = Math.floor(Math.random() * 1e9);
      const loss = firstLoss(way, FIXED_SEED, COUNT) ?? firstLoss(way, fresh, COUNT / 10);
      assert.equal(
        loss,
        undefined,
        loss && `seed ${loss.seed}: ${loss.reason} ${printJson(loss.object, true)}`,
      );
    });
  }
});

describe("objects that were lost once", () => {
  for (const file of globSync("test/fixtures/conversion/*.json")) {
    it(file, () => {
      const object = parseJson(readFileSync(file, "utf8"));
      assert.ok(isRecord(object));
      const from = ways.filter((way) => way.from.apiVersion === object["apiVersion"]);
      assert.ok(from.length > 0);
      for (const way of from) {
        assert.equal(lossOf(way, object, false), undefined);
        assert.equal(lossOf(way, object, true), undefined);
      }
    });
  }
});

describe("the fuzz", () => {
  it("finds a conversion that loses a field of the spec", () => {
    const [way] = ways;
    assert.ok(way);
    const lossy = {
      ...way,
      kind: {
        ...way.kind,
        convert: (object: Parameters<typeof way.kind.convert>[0], to: string) => {
          const { status: _, ...rest } = object;
          return way.kind.convert(rest, to);
        },
      },
    };
    assert.match(firstLoss(lossy, FIXED_SEED, 100)?.reason ?? "", /changed/);
  });
});
