import { deepEqual } from "node:assert/strict";
import { it } from "node:test";
import { singleVersion } from "../../../src/domain/conversion/single-version.ts";

const kind = singleVersion("prism.io", "v1beta1");

it("an object of the only version is its own conversion", () => {
  const object = { apiVersion: "prism.io/v1beta1", spec: { any: [1] } };
  deepEqual(kind.convert(object, "prism.io/v1beta1"), {
    kind: "converted",
    object,
    ignoredData: false,
  });
});

it("every other version is unknown, on either side", () => {
  const unknown = { kind: "unknown-version", apiVersion: "prism.io/v1" };
  deepEqual(kind.convert({ apiVersion: "prism.io/v1beta1" }, "prism.io/v1"), unknown);
  deepEqual(kind.convert({ apiVersion: "prism.io/v1" }, "prism.io/v1beta1"), unknown);
});
