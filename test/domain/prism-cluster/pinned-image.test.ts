import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pinnedImage } from "../../../src/domain/prism-cluster/children/pinned-image.ts";
import { childrenOf, renderFacts } from "./children-case.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("pinned images", () => {
  const digests = { "library/redis:7": DIGEST, "prism/prism-proxy:v1": DIGEST };
  for (const [image, expected] of [
    ["redis:7", `redis:7@${DIGEST}`],
    ["docker.io/library/redis:7", `docker.io/library/redis:7@${DIGEST}`],
    [
      "mirror.example.com:5000/library/redis:7",
      `mirror.example.com:5000/library/redis:7@${DIGEST}`,
    ],
    ["ghcr.io/prism/prism-proxy:v1", `ghcr.io/prism/prism-proxy:v1@${DIGEST}`],
    ["redis:8", "redis:8"],
    ["other/redis:7", "other/redis:7"],
    ["redis:7@sha256:b", "redis:7@sha256:b"],
    ["constructor", "constructor"],
  ] as const) {
    it(image, () => assert.equal(pinnedImage(image, digests), expected));
  }

  it("are those of every pod of a PrismCluster", () => {
    const spec = { backends: { redis: { version: "7.4-alpine" } } };
    const images = { registry: "ghcr.io/prism", tag: "v1.5.0" };
    const facts = renderFacts({
      images: { ...images, digests: { "library/redis:7.4-alpine": DIGEST } },
    });
    assert.match(
      JSON.stringify(childrenOf(spec, facts)),
      new RegExp(`"image":"[^"]*redis:7.4-alpine@${DIGEST}"`),
    );
  });
});
