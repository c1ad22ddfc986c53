/** prismctl as a process of its own: Ctrl-C, a reader that goes away, pipes without colour. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { KINDS } from "../../../src/domain/registry.ts";
import { hostEnvironment } from "../../../tools/control-plane/environment.ts";

const PRISMCTL = fileURLToPath(new URL("../../../bin/prismctl", import.meta.url));
const SAMPLES = fileURLToPath(new URL("../../../deploy/samples", import.meta.url));

describe("prismctl as a process", () => {
  let folder: string;
  let silent: Server;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "prismctl-process-"));
    // Takes connections and never says a word, as a cluster behind a broken network does.
    silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : 0;
    const kubeconfig = {
      "current-context": "silent",
      contexts: [{ name: "silent", context: { cluster: "silent", user: "silent" } }],
      clusters: [
        {
          name: "silent",
          cluster: { server: `https://127.0.0.1:${port}`, "insecure-skip-tls-verify": true },
        },
      ],
      users: [{ name: "silent", user: { token: "none" } }],
    };
    const path = join(folder, "kubeconfig");
    await writeFile(path, JSON.stringify(kubeconfig));
    environment = { ...hostEnvironment(), KUBECONFIG: path, XDG_CACHE_HOME: join(folder, "cache") };
    delete environment["NODE_COMPILE_CACHE"];
  });
  after(async () => {
    silent.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** In a folder of its own, so that what is left there is seen. */
  async function start(name: string, ...args: readonly string[]) {
    const cwd = await mkdtemp(join(folder, `${name}-`));
    const child = spawn(PRISMCTL, args, {
      cwd,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
    return { child, said, cwd };
  }

  for (const args of [
    ["status"],
    ["why", "prismcluster/prism"],
    ["check"],
    ["check", "--wait"],
    ["report", "--file", "report.zip"],
    ["kubernetes", "export"],
    ["status", "--watch", "--output", "json"],
  ]) {
    it(`ends with 130 and without a word when Ctrl-C is pressed during ${args.join(" ")}`, async () => {
      const connected = once(silent, "connection");
      const { child, said, cwd } = await start(args[0] ?? "", ...args, "--request-timeout", "5m");
      const ended = once(child, "exit");
      await Promise.race([connected, ended]);
      equal(child.exitCode, null, said.stderr);
      child.kill("SIGINT");
      const [code, signal] = await ended;
      deepEqual([code, signal, said.stdout, said.stderr], [130, null, "", ""]);
      deepEqual(await readdir(cwd), [], "a file was left");
    });
  }

  it("leaves no half of a file in its cache when it is ended while it reads", async () => {
    const child = spawn(PRISMCTL, ["validate", "-"], { env: environment });
    const ended = once(child, "exit");
    await untilCached();
    child.kill("SIGINT");
    // Without anything to give back the signal has its usual effect, which shells call 130.
    const [code, signal] = await ended;
    ok(code === 130 || signal === "SIGINT", `${code} ${signal}`);
    const left = (await cached()).filter((name) => /\.json\./.test(name));
    deepEqual(left, []);
    equal(spawnSync(PRISMCTL, ["validate", SAMPLES], { env: environment }).status, 0);
  });

  async function cached(): Promise<readonly string[]> {
    return readdir(join(folder, "cache"), { recursive: true }).catch(() => []);
  }

  async function untilCached(): Promise<void> {
    for (let tries = 0; tries < 600; tries += 1) {
      const kept = (await cached()).filter((name) => name.endsWith(".json"));
      if (kept.length >= KINDS.length) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it("ends in silence when the reader of its output goes away", async () => {
    const child = spawn(PRISMCTL, ["render", SAMPLES], { env: environment });
    const ended = once(child, "exit");
    const errors = collected(child);
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [code, signal] = await ended;
    ok(code === 141 || code === 0, `${code} ${signal} ${errors()}`);
    equal(errors().includes("EPIPE"), false, errors());
    equal(errors().includes("at "), false, errors());
  });

  it("is cut short by head as any other program", () => {
    const line = `'${PRISMCTL}' render '${SAMPLES}' 2>'${join(folder, "head.err")}' | head -n 1`;
    const { stdout, status } = spawnSync("sh", ["-c", line], {
      env: environment,
      encoding: "utf8",
    });
    equal(status, 0);
    match(stdout, /^\S.*\n$/);
  });

  it("has neither colour nor progress in a pipe, and colour when told", () => {
    const plain = spawnSync(PRISMCTL, ["validate", SAMPLES], {
      env: environment,
      encoding: "utf8",
    });
    equal(`${plain.stdout}${plain.stderr}`.includes("\u001b"), false);
    const told = ["validate", SAMPLES, "--color", "always"];
    const painted = spawnSync(PRISMCTL, told, { env: environment, encoding: "utf8" });
    ok(painted.stdout.includes("\u001b["));
  });
});

function collected(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}
