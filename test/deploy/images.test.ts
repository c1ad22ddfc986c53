import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { qualifiedImage } from "../../src/domain/prism-cluster/children/qualified-image.ts";
import { defaultsOf } from "../../src/domain/prism-cluster/defaults.ts";
import { readOptions } from "../../src/options.ts";
import { valueAt } from "../../tools/control-plane/json-value.ts";
import { childrenOf, renderFacts } from "../domain/prism-cluster/children-case.ts";
import { only, rendered } from "./chart.ts";

const LISTED = readFileSync("deploy/images.txt", "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
/** Types of runners that Prism has. */
const RUNNERS = ["keyvalue", "consumer", "producer", "mailbox", "multicast-registry"];
const BACKENDS = ["redis", "nats", "postgres", "minio", "kafka"];

describe("deploy/images.txt", () => {
  it("lists exactly what a default install asks for, each with its registry", async () => {
    const read = readOptions([], {}, "0.0.0");
    assert.ok(read.kind === "run");
    const { imagesRegistry: registry, prismVersion: tag } = read.options;
    const asked = [
      ...imagesIn(childrenOf(everything(), renderFacts({ images: { registry, tag } }))),
      ...imagesIn(only(await rendered(), "Deployment")),
    ].map((image) => qualifiedImage(image, "docker.io"));
    assert.deepEqual([...new Set(asked)].sort(), LISTED.toSorted());
  });

  it("has no image twice", () => {
    assert.equal(new Set(LISTED).size, LISTED.length);
  });
});

/** Every backend with its default version, every runner, and the collector of logs. */
function everything(): object {
  const spec = {
    backends: Object.fromEntries(BACKENDS.map((name) => [name, { enabled: true }])),
    patterns: RUNNERS.map((name) => ({ name, backends: [{ name: "redis" }] })),
    observability: { loki: { url: "http://loki:3100" } },
  };
  for (const { path, value } of defaultsOf({ spec })) {
    const names = path.split("/").slice(2);
    const last = names.pop() ?? "";
    Reflect.set(Object(valueAt(spec, ...names)), last, value);
  }
  return spec;
}

function imagesIn(value: unknown): readonly string[] {
  const found: string[] = [];
  JSON.stringify(value, (key, one) => {
    if (key === "image" && typeof one === "string") found.push(one);
    return one;
  });
  return found;
}
