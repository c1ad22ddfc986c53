import { deepEqual, equal } from "node:assert/strict";
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { hostEnvironment } from "../../tools/control-plane/environment.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { PrismStack, SMALL } from "./prism-stack.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

const run = promisify(execFile);

describe("names that the cluster has", () => {
  let plane: TestControlPlane;
  let operator: RunningOperator;
  let stack: PrismStack;

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    operator = await startOperator(plane, await plane.freshNamespace());
    stack = new PrismStack(plane, await plane.freshNamespace());
    await stack.create(SMALL);
  });
  after(async () => {
    await operator?.stop();
    await plane?.close();
  });

  function lines(program: string, args: readonly string[]): Promise<readonly string[]> {
    const { PATH = "" } = hostEnvironment();
    const env = {
      ...hostEnvironment(),
      KUBECONFIG: plane.kubeconfigPath,
      PATH: `${resolve("bin")}:${plane.binDir}:${PATH}`,
    };
    return run(program, args, { env }).then(({ stdout }) => stdout.trimEnd().split("\n"));
  }

  it("are completed by kubectl for its plugin", async () => {
    const args = ["prism", "why", "--namespace", stack.namespace, "prismcl"];
    const answer = await lines(join(plane.binDir, "kubectl"), ["__complete", ...args]);
    deepEqual(answer.slice(0, 1), ["prismcluster/prism"]);
  });

  it("are completed by bash, namespaces too", async () => {
    const complete = async (words: readonly string[]): Promise<readonly string[]> => {
      const list = words.map((word) => `'${word}'`).join(" ");
      const script = `eval "$(prismctl completion bash)"
COMP_WORDS=(${list}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _prismctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return lines("bash", ["-c", script]);
    };
    deepEqual(await complete(["prismctl", "why", "--namespace", stack.namespace, ""]), [
      "prismcluster/prism",
    ]);
    const [first] = await complete([
      "prismctl",
      "status",
      "--namespace",
      stack.namespace.slice(0, 9),
    ]);
    equal(first, stack.namespace);
  });

  it("are none, and no error, where the cluster does not answer", async () => {
    const env = {
      ...hostEnvironment(),
      KUBECONFIG: "/nowhere",
      PATH: `${resolve("bin")}:${hostEnvironment()["PATH"]}`,
    };
    const { stdout, stderr } = await run("prismctl", ["__complete", "why", "pr"], { env });
    deepEqual([stdout.trimEnd(), stderr], [":4", ""]);
  });
});
