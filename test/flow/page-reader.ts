/** Pages whose fenced commands are run in order, in a folder of their own, with a running operator. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { after, before, it } from "node:test";
import { hostEnvironment } from "../../tools/control-plane/environment.ts";
import { run } from "../../tools/deploy/helm.ts";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type RunningOperator, startOperator } from "./running-operator.ts";

/** Namespaces that the pages make. */
const NAMESPACES = ["shop-orders", "shop", "prism"];

/** What the tests of a file run pages with. */
export interface Reader {
  /** Declares a test for each command of a page; later pages go on with what earlier ones made. */
  readonly reads: (page: string) => void;
  readonly kubectl: (args: readonly string[]) => Promise<void>;
}

/** Starts an operator before the tests of a suite, and removes all that pages made after them. */
export function reader(): Reader {
  let plane: TestControlPlane;
  let operator: RunningOperator;
  let environment: Readonly<Record<string, string>> = {};
  const folder = mkdtempSync(join(tmpdir(), "prism-docs-"));
  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    // Those of a file before may still be going.
    const gone = ["delete", "namespace", ...NAMESPACES, "--ignore-not-found", "--timeout=50s"];
    await plane.kubectl(gone);
    operator = await startOperator(plane, await plane.freshNamespace());
    const { PATH = "" } = hostEnvironment();
    environment = {
      ...hostEnvironment(),
      KUBECONFIG: plane.kubeconfigPath,
      PATH: [resolve("bin"), plane.binDir, PATH].join(delimiter),
      WORK: folder,
    };
  });
  after(async () => {
    await plane.kubectl(["delete", "prismclusters", "--all", "--all-namespaces", "--wait"]);
    await plane.kubectl([
      "delete",
      "namespace",
      ...NAMESPACES,
      "--ignore-not-found",
      "--wait=false",
    ]);
    await operator.stop();
    await plane.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    reads: (page) => {
      for (const [index, block] of blocksOf(page).entries()) {
        it(`${page} ${index + 1}: ${block.split("\n")[0]}`, async () => {
          const args = ["-euo", "pipefail", "-c", `cd "$WORK"\n${block}`];
          const { code, stdout, stderr } = await run("bash", args, { environment });
          assert.equal(code, 0, `${stdout}\n${stderr}`);
        });
      }
    },
    kubectl: async (args) => {
      const { code, stderr } = await plane.kubectl(args);
      assert.equal(code, 0, stderr);
    },
  };
}

/** Fences named `sh` alone. */
function blocksOf(page: string): readonly string[] {
  const found = [...readFileSync(page, "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
  assert.ok(found.length > 0, page);
  return found.map(([, text = ""]) => text);
}
