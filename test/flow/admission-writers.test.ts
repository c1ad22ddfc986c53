import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { parse, stringify } from "yaml";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type ApiBody, PrismClient } from "./prism-client.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

/** Every way of writing, through both versions, on an object with fields that only v1alpha2 has. */

let plane: TestControlPlane;
let operator: RunningOperator;
let prism: PrismClient;

before(async () => {
  plane = await openControlPlane({ isExclusive: true });
  operator = await startOperator(plane, await plane.freshNamespace());
  prism = await stored();
});
after(async () => {
  await operator?.stop();
  await plane?.close();
});

const NAME = "prism-local";
/** What v1alpha1 cannot say, in all shapes: a field, a list item's field, a map's field, an entry of another name. */
const HUB_ONLY = {
  images: { registry: "registry.example.com/prism" },
  deletionPolicy: "Delete",
  proxy: {
    drainSeconds: 45,
    autoscaling: { behavior: { scaleDown: { stabilizationWindowSeconds: 600 } } },
  },
  backends: {
    redis: { pod: { labels: { team: "data" } } },
    sessions: { type: "redis", replicas: 1, version: "7.4-alpine", storage: { size: "2Gi" } },
  },
};

interface Spec {
  readonly proxy: { readonly autoscaling: { readonly maxReplicas: number } };
  readonly patterns: readonly object[];
}

async function stored(): Promise<PrismClient> {
  const prism = new PrismClient(plane, await plane.freshNamespace());
  const manifest = stringify(manifestOf("v1alpha1", prism, 10));
  const applied = await prism.kubectl(["apply", "-f", "-"], manifest);
  assert.equal(applied.code, 0, applied.stderr);
  const path = prism.path("v1alpha2", NAME);
  const patch = { spec: HUB_ONLY };
  const patched = await prism.request("PATCH", path, patch, "application/merge-patch+json");
  assert.equal(patched.status, 200, patched.body.message);
  return prism;
}

/** The source's example as a file in git would say it: with nothing that only v1alpha2 has. */
function manifestOf(version: string, prism: PrismClient, maxReplicas: number): ApiBody {
  const example = parse(readFileSync("deploy/samples/prism-local.v1alpha1.yaml", "utf8"));
  example.metadata.namespace = prism.namespace;
  example.spec.proxy.autoscaling.maxReplicas = maxReplicas;
  if (version === "v1alpha1") return example;
  throw new Error("only v1alpha1 writers use a file");
}

type Write = (
  prism: PrismClient,
  version: string,
  maxReplicas: number,
) => Promise<{ readonly code: number; readonly text: string }>;

const kubectl = async (
  prism: PrismClient,
  args: readonly string[],
  input = "",
  editor = "true",
) => {
  const { code, stdout, stderr } = await prism.kubectl(args, input, editor);
  return { code, text: stdout + stderr };
};

/** The object as a person reads it, changes it and writes it back. */
const changed = async (
  prism: PrismClient,
  version: string,
  maxReplicas: number,
): Promise<ApiBody> => {
  const object = structuredClone(await prism.object(version, NAME)) as { spec: Spec } & ApiBody;
  Object.assign(object.spec.proxy.autoscaling, { maxReplicas });
  // kubectl would note it as applied, and later fail to apply a file without it.
  Object.assign(object["metadata"] as object, { resourceVersion: undefined });
  return object;
};
const resource = (version: string): string => `prismclusters.${version}.prism.io`;

const READERS: Readonly<Record<string, Write>> = {
  "a merge patch": (prism, version, maxReplicas) =>
    kubectl(prism, [
      "patch",
      resource(version),
      NAME,
      "--type=merge",
      "-p",
      JSON.stringify({ spec: { proxy: { autoscaling: { maxReplicas } } } }),
    ]),
  "a JSON patch": (prism, version, maxReplicas) =>
    kubectl(prism, [
      "patch",
      resource(version),
      NAME,
      "--type=json",
      "-p",
      JSON.stringify([
        { op: "replace", path: "/spec/proxy/autoscaling/maxReplicas", value: maxReplicas },
      ]),
    ]),
  "read and replace": async (prism, version, maxReplicas) =>
    kubectl(prism, ["replace", "-f", "-"], stringify(await changed(prism, version, maxReplicas))),
  "kubectl edit": (prism, version, maxReplicas) =>
    kubectl(
      prism,
      ["edit", resource(version), NAME],
      "",
      `sed -i s/maxReplicas:.*/maxReplicas:\\ ${maxReplicas}/`,
    ),
  "a server-side apply of one field": (prism, version, maxReplicas) =>
    kubectl(
      prism,
      ["apply", "--server-side", "--force-conflicts", "--field-manager=one-field", "-f", "-"],
      stringify({
        apiVersion: `prism.io/${version}`,
        kind: "PrismCluster",
        metadata: { name: NAME, namespace: prism.namespace },
        spec: { proxy: { autoscaling: { maxReplicas } } },
      }),
    ),
};

const FILES: Readonly<Record<string, Write>> = {
  "client-side apply of a file": (prism, version, maxReplicas) =>
    kubectl(prism, ["apply", "-f", "-"], stringify(manifestOf(version, prism, maxReplicas))),
  "server-side apply of a file": (prism, version, maxReplicas) =>
    kubectl(
      prism,
      ["apply", "--server-side", "--force-conflicts", "-f", "-"],
      stringify(manifestOf(version, prism, maxReplicas)),
    ),
  "replace by a file": (prism, version, maxReplicas) =>
    kubectl(prism, ["replace", "-f", "-"], stringify(manifestOf(version, prism, maxReplicas))),
};

const CASES: readonly (readonly [string, string, Write])[] = [
  ...Object.entries(READERS).flatMap(([name, write]) =>
    ["v1alpha1", "v1alpha2"].map((version) => [name, version, write] as const),
  ),
  ...Object.entries(FILES).map(([name, write]) => [name, "v1alpha1", write] as const),
];

describe("every way of writing", () => {
  assert.ok(CASES.length > 10);
  for (const [index, [name, version, write]] of CASES.entries()) {
    const maxReplicas = 20 + index;

    it(`${name} through ${version} changes its field and loses nothing`, async () => {
      const before = await prism.object("v1alpha2", NAME);
      const { code, text } = await persistently(() => write(prism, version, maxReplicas));
      assert.equal(code, 0, text);
      const after = await prism.object("v1alpha2", NAME);
      const expected = structuredClone(before["spec"]) as Spec;
      Object.assign(expected.proxy.autoscaling, { maxReplicas });
      assert.deepEqual(after["spec"], expected);
      await assertNobodyOwnsConversionData(prism);
    });

    it(`${name} through ${version} is refused where it breaks a rule, at its path`, async () => {
      const before = await prism.object("v1alpha2", NAME);
      const { code, text } = await persistently(() => write(prism, version, 1));
      assert.notEqual(code, 0, text);
      // `kubectl edit` puts the causes into the file that it opens again.
      const causes =
        name === "kubectl edit"
          ? /is invalid/
          : /spec\.proxy\.autoscaling\.minReplicas: Invalid value: .*maxReplicas/;
      assert.match(text, causes);
      assert.deepEqual((await prism.object("v1alpha2", NAME))["spec"], before["spec"]);
    });
  }

  it("a pattern deleted through v1alpha1 takes its own hub-only part with it and no other", async () => {
    const path = prism.path("v1alpha2", NAME);
    const add = [
      { op: "add", path: "/spec/patterns/0/env", value: [{ name: "A", value: "1" }] },
      { op: "add", path: "/spec/patterns/1/env", value: [{ name: "B", value: "2" }] },
    ];
    assert.equal(
      (await prism.request("PATCH", path, add, "application/json-patch+json")).status,
      200,
    );
    const remove = [{ op: "remove", path: "/spec/patterns/0" }];
    const older = prism.path("v1alpha1", NAME);
    assert.equal(
      (await prism.request("PATCH", older, remove, "application/json-patch+json")).status,
      200,
    );
    const { patterns } = (await prism.object("v1alpha2", NAME))["spec"] as Spec;
    assert.partialDeepStrictEqual(patterns[0], {
      name: "consumer",
      env: [{ name: "B", value: "2" }],
    });
    assert.ok(!JSON.stringify(patterns).includes('"A"'));
  });

  it("conversion data written in v1alpha2 is refused, since it would be stored", async () => {
    const annotations = { "prism.io/conversion-data": "{}" };
    const answer = await prism.request(
      "PATCH",
      prism.path("v1alpha2", NAME),
      { metadata: { annotations } },
      "application/merge-patch+json",
    );
    assert.equal(answer.status, 422);
    assert.equal(answer.body.details?.causes?.[0]?.reason, "FieldValueForbidden");
  });
});

/** The operator writes finalizer and status meanwhile; kubectl's read and write are two requests. */
async function persistently<T extends { readonly text: string }>(
  write: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const answer = await write();
    if (!answer.text.includes("(Conflict)")) return answer;
  }
}

async function assertNobodyOwnsConversionData(prism: PrismClient): Promise<void> {
  for (const version of ["v1alpha1", "v1alpha2"]) {
    const { metadata } = await prism.object(version, NAME);
    const { managedFields } = metadata as { managedFields: unknown };
    assert.ok(!JSON.stringify(managedFields).includes("conversion-data"), version);
  }
  const { metadata } = await prism.object("v1alpha2", NAME);
  const { annotations = {} } = metadata as { annotations?: object };
  assert.ok(!Object.hasOwn(annotations, "prism.io/conversion-data"), "stored");
}
