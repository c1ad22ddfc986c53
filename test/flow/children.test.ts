import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { printPath } from "../../src/domain/field-path.ts";
import { isRecord } from "../../src/domain/json-object.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";
import { desiredChildren } from "../../src/domain/prism-cluster/children.ts";
import { listAt } from "../../tools/control-plane/json-value.ts";
import { CASES, goldenCase, renderFacts } from "../domain/prism-cluster/children-case.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";

/** CRDs of other projects are not installed here; the golden files hold what is rendered for them. */
const serves = { serviceMonitor: false, scaledObject: false, certificate: false };

/** Paths at which the server has something else than was asked for. What it adds by itself does not count. */
function differences(
  asked: unknown,
  got: unknown,
  path: readonly (string | number)[] = [],
): readonly string[] {
  if (Array.isArray(asked)) {
    if (!Array.isArray(got) || got.length !== asked.length) return [printPath(path)];
    return asked.flatMap((item, index) => differences(item, got[index], [...path, index]));
  }
  if (isRecord(asked)) {
    if (!isRecord(got)) return [printPath(path)];
    return Object.entries(asked).flatMap(([key, value]) =>
      differences(value, got[key], [...path, key]),
    );
  }
  return asked === got
    ? []
    : [`${printPath(path)}: ${JSON.stringify(got)}, not ${JSON.stringify(asked)}`];
}

describe("a real API server, in a namespace that enforces restricted pods", () => {
  let plane: TestControlPlane;
  let namespace: string;

  before(async () => {
    plane = await openControlPlane();
    namespace = await plane.freshNamespace();
    const level = "pod-security.kubernetes.io/warn=restricted";
    equal((await plane.kubectl(["label", "namespace", namespace, level])).code, 0);
  });
  after(() => plane.close());

  it("is asked for every case", () => ok(CASES.length >= 11));

  for (const name of CASES) {
    it(`takes the children of ${name} without a warning, and stores what was asked for`, async () => {
      const children = desiredChildren(goldenCase(name, namespace), renderFacts({ serves }));
      const items: readonly KubeObject[] = children.map(({ object }) => object);
      const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
      const command = [
        "apply",
        "--server-side",
        "--field-manager=prism-operator",
        "--dry-run=server",
      ];
      const answer = await plane.kubectl([...command, "--output=json", "--filename=-"], list);
      deepEqual([answer.code, answer.stderr], [0, ""]);
      const stored = listAt(JSON.parse(answer.stdout), "items");
      equal(stored.length, items.length);
      const found = items.flatMap((item, index) =>
        differences(item, stored[index]).map((one) => `${item.kind} ${item.metadata.name} ${one}`),
      );
      deepEqual(found, []);
    });
  }
});
