import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CLUSTER_OPTIONS } from "../../../src/cli/frame/cluster-options.ts";
import { type Command, defineCommand } from "../../../src/cli/frame/command.ts";
import { objectNames } from "../../../src/cli/frame/live-names.ts";
import { call } from "./call.ts";

function command(name: string): Command {
  return defineCommand({
    name,
    needs: "cluster",
    summary: `Do ${name}`,
    arguments: [
      { name: "first", description: "", candidates: ["one", "other", "two"] },
      { name: "file", description: "", candidates: "files", isVariadic: true },
    ],
    options: {
      ...CLUSTER_OPTIONS,
      echo: {
        description: "what was typed",
        value: "x",
        initial: undefined,
        candidates: async ({ options }) => [JSON.stringify(options)],
      },
    },
    examples: [],
    load: async () => {
      throw new Error("candidates load no command");
    },
  });
}

const PAGE = {
  name: "prismtest",
  description: "",
  commands: [command("status"), command("upgrade check"), command("upgrade plan")],
  groups: { upgrade: "About upgrades" },
};

async function candidates(line: string, environment = {}): Promise<readonly string[]> {
  const answer = await call(PAGE, ["__complete", ...line.split(" ")], { environment });
  assert.equal(answer.code, 0);
  return answer.stdout.trimEnd().split("\n");
}

describe("candidates for a shell", () => {
  it("are commands by their words, each once, with what they are for", async () => {
    assert.deepEqual(await candidates(""), ["status\tDo status", "upgrade\tAbout upgrades", ":4"]);
    assert.deepEqual(await candidates("upgrade pl"), ["plan\tDo upgrade plan", ":4"]);
    assert.deepEqual(await candidates("nothing x"), [":4"]);
  });

  it("are an argument's values by its place, wherever options stand", async () => {
    assert.deepEqual(await candidates("status o"), ["one", "other", ":4"]);
    assert.deepEqual(await candidates("status -n prism --output json t"), ["two", ":4"]);
    assert.deepEqual(await candidates("status one "), [":0"]);
    assert.deepEqual(await candidates("status one a b c"), [":0"]);
  });

  it("are options and their values, in one word, in two and in bash's three", async () => {
    assert.deepEqual(await candidates("status --out"), ["--output\thow to print the answer", ":4"]);
    assert.deepEqual(await candidates("status --output j"), ["json", ":4"]);
    assert.deepEqual(await candidates("status -o y"), ["yaml", ":4"]);
    assert.deepEqual(await candidates("status --color=a"), [
      "--color=auto",
      "--color=always",
      ":4",
    ]);
    assert.deepEqual(await candidates("status --output = j"), ["json", ":4"]);
    assert.deepEqual(await candidates("status --output ="), ["text", "json", "yaml", ":4"]);
    assert.deepEqual(await candidates("status --kubeconfig x"), [":0"]);
  });

  it("may depend on what was typed before", async () => {
    const [typed = ""] = await candidates("status -n prism --context=c --echo ");
    assert.deepEqual(JSON.parse(typed), { namespace: "prism", context: "c" });
  });

  it("are silent where there is no cluster or no kubeconfig", async () => {
    const environment = { KUBECONFIG: "/nowhere/config" };
    assert.deepEqual(await candidates("status -n ", environment), [":4"]);
    assert.deepEqual(await candidates("status --context ", environment), [":4"]);
    const pods = objectNames({ group: "", version: "v1", plural: "pods", kind: "Pod" });
    assert.deepEqual(await pods({ options: {}, environment }), []);
  });
});
