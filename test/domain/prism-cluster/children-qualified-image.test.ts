import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { qualifiedImage } from "../../../src/domain/prism-cluster/children/qualified-image.ts";

const MIRROR = "registry.example.com/mirror";
const TABLE: readonly (readonly [string, string])[] = [
  ["redis:7-alpine", `${MIRROR}/library/redis:7-alpine`],
  ["redis@sha256:abc", `${MIRROR}/library/redis@sha256:abc`],
  ["apache/kafka:4.2.0", `${MIRROR}/apache/kafka:4.2.0`],
  ["grafana/alloy:v1.10.2", `${MIRROR}/grafana/alloy:v1.10.2`],
  ["ghcr.io/prism/prism-proxy:v1.5.0", "ghcr.io/prism/prism-proxy:v1.5.0"],
  ["localhost/redis", "localhost/redis"],
  ["registry:5000/redis:7", "registry:5000/redis:7"],
];

describe("an image that names no registry comes from the mirror", () => {
  for (const [image, expected] of TABLE) {
    it(image, () => assert.equal(qualifiedImage(image, MIRROR), expected));
  }

  it("and stays as it is without one", () => {
    assert.equal(qualifiedImage("redis", undefined), "redis");
    assert.equal(qualifiedImage("redis", ""), "redis");
  });
});
