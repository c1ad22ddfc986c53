import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { differencesOf } from "../../src/controller/intent-difference.ts";
import { printPath } from "../../src/domain/field-path.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";

const object = (fields: object): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "a" },
  ...fields,
});
const pod = (fields: object): object => ({ spec: { template: { spec: fields } } });

const same: readonly [string, object, object][] = [
  ["what only the live object has", { spec: { a: 1, b: 2 } }, { spec: { a: 1 } }],
  [
    "foreign containers",
    pod({ containers: [{ name: "x" }, { name: "a", image: "i" }] }),
    pod({ containers: [{ name: "a", image: "i" }] }),
  ],
  [
    "the order of keyed lists",
    pod({ volumes: [{ name: "b" }, { name: "a" }] }),
    pod({ volumes: [{ name: "a" }, { name: "b" }] }),
  ],
  [
    "defaults in items of atomic lists",
    { spec: { rules: [{ host: "h", pathType: "Prefix" }] } },
    { spec: { rules: [{ host: "h" }] } },
  ],
  [
    "quantities",
    pod({ containers: [{ name: "a", resources: { limits: { cpu: "1", memory: "1Gi" } } }] }),
    pod({ containers: [{ name: "a", resources: { limits: { cpu: "1000m", memory: "1024Mi" } } }] }),
  ],
  [
    "a quantity written as a number",
    { spec: { requests: { cpu: "2" } } },
    { spec: { requests: { cpu: 2 } } },
  ],
  [
    "what the API server leaves out",
    { spec: {} },
    { spec: { a: false, b: 0, c: "", d: [], e: {}, f: null } },
  ],
  [
    "the default protocol of a port",
    { spec: { ports: [{ port: 1, protocol: "TCP", nodePort: 3 }] } },
    { spec: { ports: [{ port: 1 }] } },
  ],
  ["the status", { status: { a: 1 } }, { status: { a: 2 } }],
];

const different: readonly [string, object, object, string][] = [
  ["another value", { spec: { a: 1 } }, { spec: { a: 2 } }, "spec.a"],
  ["an absent value", { spec: {} }, { spec: { a: 2 } }, "spec.a"],
  [
    "a missing container",
    pod({ containers: [] }),
    pod({ containers: [{ name: "a" }] }),
    "spec.template.spec.containers[0]",
  ],
  [
    "a value within a keyed item",
    pod({ containers: [{ name: "x" }, { name: "a", image: "j" }] }),
    pod({ containers: [{ name: "a", image: "i" }] }),
    "spec.template.spec.containers[0].image",
  ],
  ["a longer atomic list", { spec: { args: ["a", "b"] } }, { spec: { args: ["a"] } }, "spec.args"],
  [
    "a foreign key in an atomic map",
    { spec: { selector: { app: "a", x: "y" } } },
    { spec: { selector: { app: "a" } } },
    "spec.selector",
  ],
  [
    "equal quantities where none are expected",
    { data: { a: "1" } },
    { data: { a: "1000m" } },
    "data.a",
  ],
  [
    "another quantity",
    { spec: { requests: { cpu: "1" } } },
    { spec: { requests: { cpu: "999m" } } },
    "spec.requests.cpu",
  ],
  ["false where the server says true", { spec: { a: true } }, { spec: { a: false } }, "spec.a"],
  ["a list where a map is", { spec: { a: {} } }, { spec: { a: ["x"] } }, "spec.a"],
  [
    "ports of a policy, which are atomic",
    { spec: { ingress: [{ ports: [{ port: 1 }, { port: 2 }] }] } },
    { spec: { ingress: [{ ports: [{ port: 1 }] }] } },
    "spec.ingress[0].ports",
  ],
];

describe("differencesOf", () => {
  for (const [name, live, intent] of same) {
    it(`does not count ${name}`, () => {
      assert.deepEqual(differencesOf(object(live), object(intent)), []);
    });
  }

  for (const [name, live, intent, path] of different) {
    it(`sees ${name}`, () => {
      assert.deepEqual(differencesOf(object(live), object(intent)).map(printPath), [path]);
    });
  }

  it("compares labels, annotations, owners and finalizers of the metadata", () => {
    const live = object({ metadata: { name: "a", labels: { x: "1", y: "2" }, uid: "u" } });
    const owner = { apiVersion: "v1", kind: "X", name: "n", uid: "1" };
    const metadata = { name: "a", labels: { x: "2" }, ownerReferences: [owner], uid: "other" };
    assert.deepEqual(differencesOf(live, object({ metadata })).map(printPath), [
      "metadata.labels.x",
      "metadata.ownerReferences",
    ]);
  });

  it("is not misled by keys that every object has", () => {
    const intent = JSON.parse('{"data":{"__proto__":"x","constructor":"y"}}');
    const found = differencesOf(object({ data: {} }), object(intent)).map(printPath);
    assert.deepEqual(found, ["data.__proto__", "data.constructor"]);
  });
});
