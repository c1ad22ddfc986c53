/** A cluster that is ill: `status`, `why` and `check` each name the cause, live and from a report; `report` always works. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { issueAuthority, issueLeaf } from "../../certs/certificate.ts";
import { hostEnvironment } from "../../tools/control-plane/environment.ts";
import type { Call } from "../cli/frame/call.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { PrismStack, SMALL } from "./prism-stack.ts";
import { prismctl } from "./prismctl.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

const SECRET = "value-that-must-not-leave";
const DAY_MS = 86_400_000;

/** What every reading command must say of one illness. */
interface Illness {
  readonly reason: string;
  /** Words of the message: what exactly. */
  readonly words: RegExp;
}

describe("a cluster that is ill", () => {
  let plane: TestControlPlane;
  let operator: RunningOperator;
  let stack: PrismStack;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "prism-report-"));
    plane = await openControlPlane({ isExclusive: true });
    operator = await startOperator(plane, await plane.freshNamespace());
    stack = new PrismStack(plane, await plane.freshNamespace());
    await stack.write("POST", stack.path("secrets"), secretObject());
  });
  after(async () => {
    await operator?.stop();
    await plane?.close();
    await rm(folder, { recursive: true, force: true });
  });

  function secretObject(): object {
    const metadata = { name: "outside-login", namespace: stack.namespace };
    return {
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      stringData: { url: `redis://u:${SECRET}@outside:6379` },
    };
  }

  const run = (...args: readonly string[]): Promise<Call> =>
    prismctl(plane, [...args, "--namespace", stack.namespace]);

  /** Each command says it in text and in JSON, live and from a report of now. */
  async function named(illnesses: readonly Illness[]): Promise<void> {
    const file = join(folder, `${illnesses[0]?.reason}.zip`);
    const report = await run("report", "--file", file, "--output", "json");
    equal(report.code, 0, report.stderr);
    ok(!(await readFile(file)).includes(SECRET), "a secret in the report");
    for (const command of [["status"], ["why", "prismcluster/prism"], ["check"]]) {
      for (const source of [[], ["--from", file]]) {
        const text = await run(...command, ...source);
        const json = await run(...command, ...source, "--output", "json");
        const title = [...command, ...source].join(" ");
        deepEqual([text.code, json.code], [1, 1], `${title}: ${text.stdout}${text.stderr}`);
        for (const { reason, words } of illnesses) {
          match(text.stdout, words, `${title}:\n${text.stdout}`);
          ok(text.stdout.includes(reason), `${title} has no ${reason}:\n${text.stdout}`);
          ok(json.stdout.includes(reason), `${title} --output json has no ${reason}`);
          match(json.stdout, words);
        }
        ok(!text.stdout.includes("\u001b["), "colour in a pipe");
      }
    }
  }

  it("is well before", async () => {
    const spec = {
      ...SMALL,
      backends: {
        ...SMALL.backends,
        nats: { version: "2.12-alpine", storage: { size: "1Gi" } },
        postgres: { version: "17-alpine", storage: { size: "1Gi" } },
        outside: { type: "redis", external: { secretRef: { name: "outside-login" } } },
      },
    };
    await stack.create(spec);
    await stack.untilPhase("Running", "prism");
    for (const command of [
      ["status"],
      ["why"],
      ["check"],
      ["check", "--pre"],
      ["check", "webhook"],
      ["version"],
    ]) {
      const { code, stdout, stderr } = await run(...command);
      equal(code, 0, `${command.join(" ")}: ${stdout}${stderr}`);
    }
    const {
      client,
      operator: server,
      warnings,
    } = JSON.parse((await run("version", "--output", "json")).stdout);
    equal(server.version, client.version);
    deepEqual(warnings, []);
  });

  it("has an image that is missing, a volume that is pending and a backend that is down", async () => {
    const fate = (value: string) => ({ pod: { annotations: { "prism.test/fate": value } } });
    await stack.merge("prismclusters", "prism", {
      spec: {
        backends: {
          redis: { image: "registry.example.com/nothing:v1", ...fate("image-pull") },
          postgres: fate("crash"),
          late: {
            type: "nats",
            version: "2.12-alpine",
            storage: { size: "1Gi", storageClassName: "nowhere" },
          },
        },
      },
    });
    await stack.until("ill pods", async () => {
      const pods = await stack.list("pods");
      return (
        pods.filter(({ status }) =>
          /ImagePullBackOff|CrashLoopBackOff/.test(JSON.stringify(status)),
        ).length === 2
      );
    });
    await stack.until("the pending claim", () =>
      stack.get("persistentvolumeclaims", "data-late-0"),
    );
    await named([
      { reason: "ImagePullFailed", words: /registry\.example\.com\/nothing:v1/ },
      { reason: "CrashLoop", words: /container postgres ends again and again/ },
      { reason: "VolumePending", words: /nowhere/ },
    ]);
    const { causes } = JSON.parse((await run("why", "--output", "json")).stdout);
    const fields = JSON.stringify(causes);
    match(fields, /"spec\.backends\.redis\.image"/);
    match(fields, /"spec\.backends\.late\.storage\.storageClassName"/);
    match(fields, /StorageClass nowhere, which does not exist; there are: /);
  });

  it("waits for a Secret that nobody made, and says of each refusal which field", async () => {
    await stack.merge("prismclusters", "prism", {
      spec: {
        backends: { redis: { image: null, pod: null }, postgres: { pod: null }, late: null },
      },
    });
    await stack.untilPhase("Running", "prism");
    await stack.merge("prismclusters", "prism", {
      spec: {
        backends: { other: { type: "redis", external: { secretRef: { name: "not-made" } } } },
      },
    });
    await stack.until("the wait", async () => {
      const found = await stack.object("prismclusters", "prism");
      return JSON.stringify(found["status"]).includes("waits for Secret not-made");
    });
    await named([{ reason: "SecretMissing", words: /not-made/ }]);
    const broken = {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismCluster",
      metadata: { name: "prism" },
      spec: { proxy: { replicas: "two" } },
    };
    const answer = await prismctl(
      plane,
      ["why", "--file", "-", "--output", "json", "--namespace", stack.namespace],
      JSON.stringify(broken),
    );
    equal(answer.code, 1, answer.stderr);
    const [refused] = JSON.parse(answer.stdout).causes;
    equal(refused.reason, "Refused");
    ok(
      refused.because.some(({ field }: { field: string }) => field === "spec.proxy.replicas"),
      answer.stdout,
    );
    await stack.merge("prismclusters", "prism", { spec: { backends: { other: null } } });
    await stack.untilPhase("Running", "prism");
  });

  it("is paused for a while, with who and why, and goes on by itself", async () => {
    const paused = await run(
      "pause",
      "prism",
      "--for",
      "12s",
      "--reason",
      "a drill",
      "--output",
      "json",
    );
    equal(paused.code, 0, paused.stderr);
    const { until, reason, by } = JSON.parse(paused.stdout);
    equal(reason, "a drill");
    await stack.until("Paused", async () => {
      const { status } = await stack.object("prismclusters", "prism");
      const condition = status.conditions.find(({ type }: { type: string }) => type === "Paused");
      return (
        condition.status === "True" &&
        condition.message === `paused by ${by} until ${until}: a drill`
      );
    });
    const why = await run("why");
    equal(why.code, 1);
    match(why.stdout, /Paused: paused by .*: a drill/);
    match(why.stdout, /fix: prismctl resume prism/);
    await stack.remove("services", "redis");
    await stack.until("the Service again, without anybody's doing", () =>
      stack.get("services", "redis"),
    );
    ok(Date.now() >= Date.parse(until), "too early");
    equal((await run("pause", "prism", "--for", "1h")).code, 0);
    equal((await run("resume", "prism")).code, 0);
    await stack.untilPhase("Running", "prism");
    equal((await run("why")).code, 0);
  });

  it("is watched until Ctrl-C, which leaves nothing behind", async () => {
    const child = spawn(
      process.execPath,
      [
        PRISMCTL,
        "status",
        "--watch",
        "--interval",
        "200ms",
        "--output",
        "json",
        "--namespace",
        stack.namespace,
      ],
      {
        env: { ...hostEnvironment(), KUBECONFIG: plane.kubeconfigPath },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let seen = "";
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
    });
    await stack.until("the first state", async () => seen.includes('"health": "ready"'));
    child.kill("SIGINT");
    const [code, signal] = await once(child, "exit");
    deepEqual([code, signal], [130, null]);
    ok(seen.endsWith("}\n"), "half a document");
  });

  it("has no operator any more, and webhooks that nobody answers", async () => {
    await operator.stop();
    await named([
      { reason: "NobodyListens", words: /connection refused/ },
      { reason: "no operator is at work", words: /gave it back/ },
    ]);
    const version = JSON.parse((await run("version", "--output", "json")).stdout);
    equal(version.operator.state, "gone");
    const waited = await run("check", "--wait", "--timeout", "2s");
    equal(waited.code, 1, "it waits no longer than it is told");
  });

  it("has a certificate that expired", async () => {
    const now = Date.now();
    const authority = await issueAuthority(now - 30 * DAY_MS);
    const leaf = await issueLeaf(authority, ["127.0.0.1"], now - 30 * DAY_MS);
    const server = createServer({ cert: leaf.cert, key: leaf.key }, (_, answer) => answer.end());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    try {
      const config = {
        url: `https://127.0.0.1:${port}/mutate`,
        caBundle: Buffer.from(authority.cert).toString("base64"),
      };
      const path =
        "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/prism-operator";
      const patch = [{ op: "replace", path: "/webhooks/0/clientConfig", value: config }];
      await stack.write("PATCH", path, patch, "application/json-patch+json");
      await stack.until("the API server to take it up", async () => {
        const { stdout } = await run("check", "webhook");
        return stdout.includes("has expired");
      });
      await named([{ reason: "CertificateExpired", words: /expired/ }]);
    } finally {
      server.close();
    }
  });

  it("is well again once an operator is back", async () => {
    operator = await startOperator(plane, await plane.freshNamespace());
    const { code, stdout } = await run("check", "--wait", "--timeout", "60s");
    equal(code, 0, stdout);
  });

  it("answers a wrong command line, a cluster that is not there and a file that is no report", async () => {
    equal((await run("why", "prism")).code, 2);
    equal((await run("why", "pod/nobody")).code, 3);
    equal((await run("status", "--watch", "--from", "x.zip")).code, 2);
    const nowhere = await prismctl({ kubeconfigPath: "/does/not/exist" }, ["status"]);
    deepEqual([nowhere.code, nowhere.stdout], [3, ""]);
    const noZip = await run("status", "--from", fileURLToPath(import.meta.url));
    equal(noZip.code, 3);
    match(noZip.stderr, /is no report/);
  });
});

const PRISMCTL = fileURLToPath(new URL("../../src/cli/prismctl.ts", import.meta.url));
