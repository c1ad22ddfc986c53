import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { placeIn, withOverrides } from "../../../src/domain/prism-federation/overrides.ts";

const SPEC = {
  proxy: { replicas: 2, resources: { limits: { cpu: "1", memory: "1Gi" } } },
  patterns: [
    { name: "keyvalue", replicas: 1, backends: [{ name: "redis" }] },
    { name: "consumer", replicas: 1 },
  ],
  images: { pullSecrets: [{ name: "a" }], runners: { x: "img:1" } },
};

describe("overrides", () => {
  it("change what they say and leave the rest", () => {
    const merged = withOverrides(SPEC, { proxy: { replicas: 5 }, ingress: { host: "a.example" } });
    assert.deepEqual(merged, {
      ...SPEC,
      proxy: { ...SPEC.proxy, replicas: 5 },
      ingress: { host: "a.example" },
    });
  });

  it("remove what is null, and bring no null of their own", () => {
    const merged = withOverrides(SPEC, { proxy: { resources: null }, ingress: { tls: null } });
    assert.deepEqual(merged["proxy"], { replicas: 2 });
    assert.deepEqual(merged["ingress"], {});
  });

  it("change items of a list by their name, add new ones and remove", () => {
    const merged = withOverrides(SPEC, {
      patterns: [
        { name: "consumer", $patch: "delete" },
        { name: "outbox" },
        { name: "keyvalue", replicas: 3, backends: [{ name: "nats" }] },
      ],
    });
    assert.deepEqual(merged["patterns"], [
      { name: "keyvalue", replicas: 3, backends: [{ name: "redis" }, { name: "nats" }] },
      { name: "outbox" },
    ]);
  });

  it("replace lists without names, and a list by an empty one", () => {
    const base = { args: ["a", "b"], patterns: [{ name: "x" }] };
    assert.deepEqual(withOverrides(base, { args: ["c"], patterns: [] }), {
      args: ["c"],
      patterns: [],
    });
  });

  it("leave both arguments as they are, and share nothing with them", () => {
    const before = structuredClone(SPEC);
    const over = { patterns: [{ name: "keyvalue", backends: [{ name: "nats" }] }] };
    const overBefore = structuredClone(over);
    const merged = withOverrides(SPEC, over);
    JSON.stringify(merged);
    (merged["images"] as { runners: Record<string, string> }).runners["y"] = "img:2";
    assert.deepEqual(SPEC, before);
    assert.deepEqual(over, overBefore);
  });

  it("do not touch prototypes", () => {
    const merged = withOverrides({}, JSON.parse('{"__proto__":{"polluted":true},"a":1}'));
    assert.equal(Reflect.get({}, "polluted"), undefined);
    assert.ok(Object.hasOwn(merged, "__proto__"));
  });

  it("know where a user said what stands in the result", () => {
    const over = { patterns: [{ name: "consumer", replicas: -1 }], proxy: "big" };
    const merged = withOverrides(SPEC, over);
    assert.deepEqual(placeIn(over, merged, ["patterns", 1, "replicas"]), [
      "patterns",
      0,
      "replicas",
    ]);
    assert.equal(placeIn(over, merged, ["patterns", 0, "replicas"]), undefined);
    assert.equal(placeIn(over, merged, ["images", "runners"]), undefined);
    assert.deepEqual(placeIn(over, merged, ["proxy"]), ["proxy"]);
    assert.deepEqual(placeIn(over, merged, ["proxy", "replicas"]), ["proxy"]);
    assert.deepEqual(placeIn(SPEC, merged, ["patterns", 0, "replicas"]), [
      "patterns",
      0,
      "replicas",
    ]);
  });
});
