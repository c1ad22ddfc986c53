import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { apiRequestOf } from "../../../tools/fault-proxy/api-request.ts";

const nothing = { group: "", version: "", resource: "", subresource: "", namespace: "", name: "" };
const cases: readonly [string, string, Readonly<Record<string, string>>][] = [
  ["GET", "/api/v1/pods", { verb: "list", version: "v1", resource: "pods" }],
  ["GET", "/api/v1/pods?watch=true&x=1", { verb: "watch", version: "v1", resource: "pods" }],
  ["GET", "/api/v1/pods?watch=false", { verb: "list", version: "v1", resource: "pods" }],
  [
    "GET",
    "/api/v1/namespaces/a/pods/b",
    { verb: "get", version: "v1", resource: "pods", namespace: "a", name: "b" },
  ],
  ["POST", "/api/v1/namespaces", { verb: "create", version: "v1", resource: "namespaces" }],
  [
    "GET",
    "/api/v1/namespaces/a",
    { verb: "get", version: "v1", resource: "namespaces", name: "a" },
  ],
  [
    "PUT",
    "/api/v1/namespaces/a/finalize",
    { verb: "update", version: "v1", resource: "namespaces", name: "a", subresource: "finalize" },
  ],
  [
    "PATCH",
    "/apis/prism.io/v1alpha2/namespaces/a/prismclusters/b/status?fieldManager=x",
    {
      verb: "patch",
      group: "prism.io",
      version: "v1alpha2",
      resource: "prismclusters",
      namespace: "a",
      name: "b",
      subresource: "status",
    },
  ],
  [
    "DELETE",
    "/apis/apps/v1/namespaces/a/deployments",
    {
      verb: "deletecollection",
      group: "apps",
      version: "v1",
      resource: "deployments",
      namespace: "a",
    },
  ],
  ["GET", "/readyz", { verb: "get" }],
  ["GET", "/apis", { verb: "get" }],
  ["GET", "/apis/apps/v1", { verb: "get" }],
];

describe("a request to the API server", () => {
  assert.ok(cases.length > 0);
  for (const [method, url, expected] of cases)
    it(`${method} ${url} is ${expected["verb"]} ${expected["resource"] ?? "no resource"}`, () => {
      assert.deepEqual(apiRequestOf(method, url), { ...nothing, ...expected });
    });
});
