import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { PRISMCTL } from "../../../src/cli/commands.ts";
import { readReport, zipReport } from "../../../src/cli/report/bundle.ts";
import { redacted } from "../../../src/cli/report/redaction.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { worldOf } from "../cluster/world-case.ts";
import { call } from "../frame/call.ts";

const SECRET = "s3cr3t";

function object(kind: string, rest: object, metadata: object = {}): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name: "a", namespace: "n", ...metadata }, ...rest };
}

const container = {
  name: "main",
  image: "redis:7",
  args: [`--requirepass=${SECRET}`],
  command: ["sh", "-c", `echo ${SECRET}`],
  env: [
    { name: "PASSWORD", value: SECRET },
    { name: "REF", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
  ],
  readinessProbe: { httpGet: { path: "/", port: 1, httpHeaders: [{ name: "X", value: SECRET }] } },
};
const HIDING: readonly KubeObject[] = [
  object("Secret", { data: { key: SECRET }, stringData: { other: SECRET } }),
  object("ConfigMap", { data: { "app.conf": SECRET }, binaryData: { b: SECRET } }),
  object("Pod", { spec: { containers: [container], initContainers: [container] } }),
  object("StatefulSet", { spec: { template: { spec: { containers: [container] } } } }),
  object(
    "ConfigMap",
    {},
    { annotations: { "kubectl.kubernetes.io/last-applied-configuration": SECRET, mine: SECRET } },
  ),
  {
    ...object("PrismCluster", {
      spec: {
        patterns: [
          {
            name: "p",
            args: [SECRET],
            env: [{ name: "E", value: SECRET }],
            config: { key: SECRET },
          },
        ],
        backends: {
          redis: { config: { requirepass: SECRET }, pod: { annotations: { note: SECRET } } },
        },
      },
    }),
    apiVersion: "prism.io/v1alpha2",
  },
  object("Event", { note: `cannot reach redis://user:${SECRET}@redis:6379` }),
];

describe("a report", () => {
  it("holds no value that may be a secret, wherever it stands", () => {
    for (const one of HIDING) {
      const text = JSON.stringify(redacted(worldOf({ objects: [one] })));
      ok(!text.includes(SECRET), `${one.kind}: ${text}`);
    }
    const logs = [
      {
        namespace: "n",
        pod: "p",
        container: "c",
        text: `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`,
      },
    ];
    ok(!JSON.stringify(redacted(worldOf({ logs }))).includes(SECRET));
  });

  it("keeps what explains: names of keys and variables, images, references", () => {
    const text = JSON.stringify(redacted(worldOf({ objects: HIDING })));
    for (const word of ["app.conf", "PASSWORD", "secretKeyRef", "redis:7"])
      ok(text.includes(word), word);
  });

  it("comes back from its zip as the world that went in", async () => {
    const world = redacted(
      worldOf({
        objects: HIDING,
        serverVersion: "v1.37.2",
        namespaces: ["n"],
        dryRuns: [{ subject: "x", code: 500, message: "failed" }],
        gaps: [{ collector: "Nodes", message: "403" }],
        logs: [{ namespace: "n", pod: "p", container: "c", text: "line\n" }],
      }),
    );
    const folder = await mkdtemp(join(tmpdir(), "report-"));
    try {
      const file = join(folder, "r.zip");
      await writeFile(file, await zipReport(world, []));
      const back = await readReport(file);
      equal(back.objects.length, HIDING.length);
      deepEqual(
        [back.dryRuns, back.gaps, back.logs, back.serverVersion],
        [world.dryRuns, world.gaps, world.logs, "v1.37.2"],
      );
      const drawn = await call(PRISMCTL, ["graph", "--from", file]);
      equal(drawn.code, 0, drawn.stderr);
      match(drawn.stdout, /redis/);
      await writeFile(file, "no zip");
      await readReport(file).then(
        () => ok(false, "accepted"),
        (error: Error) => ok(/is no report/.test(error.message), error.message),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
