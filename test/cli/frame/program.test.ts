import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { clusterOf } from "../../../src/cli/frame/cluster.ts";
import { type CommandBody, defineCommand } from "../../../src/cli/frame/command.ts";
import { CommandFailed } from "../../../src/cli/frame/exit-code.ts";
import { choice, flag, parsed, text, textOrTrue, texts } from "../../../src/cli/frame/option.ts";
import type { ProgramPage } from "../../../src/cli/frame/program.ts";
import { call } from "./call.ts";

const options = {
  dryRun: flag("only say it"),
  to: choice("version", "the version", ["v1", "v2"], "v2"),
  with: texts("name", "one more"),
  from: text("file", "a file", { short: "f" }),
  lines: textOrTrue("file", "line by line"),
  size: parsed("bytes", "how large", (content) =>
    /^\d+$/.test(content)
      ? { kind: "read", value: Number(content) }
      : { kind: "wrong", message: "write a number, such as 5" },
  ),
} as const;

interface Model {
  readonly options: unknown;
  readonly big: bigint;
}

const body: CommandBody<typeof options, Model> = {
  run: async (input, session) => {
    const [word] = input.arguments;
    if (word === "fail") throw new CommandFailed("there is none", { exit: "failed" });
    if (word === "break") throw new TypeError("a fault of prismctl");
    session.say("working");
    await session.show({ options: input.options, big: 2n ** 60n } satisfies Model);
    if (word === "twice") await session.show({ options: {}, big: 1n });
    return word === "no" ? "refused" : "done";
  },
  printers: {
    text: (model, paint) => `${paint("red", String(model.big))}\n`,
    shout: async () => "MODEL\n",
  },
};

const tryCommand = defineCommand({
  name: "try",
  needs: "files",
  summary: "Try it",
  arguments: [{ name: "word", description: "a word", isOptional: true, isVariadic: true }],
  options,
  forms: ["shout"],
  examples: [{ purpose: "All of it", line: "prismtest try" }],
  exits: { refused: "it was not liked" },
  load: async () => body,
});

const PAGE: ProgramPage = {
  name: "prismtest",
  description: "A command line",
  commands: [tryCommand, { ...tryCommand, name: "group try" }],
  groups: { group: "Several" },
};

describe("a command line", () => {
  it("prints data on standard output and talk on standard error", async () => {
    assert.deepEqual(await call(PAGE, ["try"]), {
      code: 0,
      stdout: "1152921504606846976\n",
      stderr: "working\n",
    });
  });

  it("gives a command its options by their names, with what they are without being named", async () => {
    const bare = await call(PAGE, ["try", "-o", "json"]);
    assert.match(bare.stdout, /"big": 1152921504606846976\n/);
    assert.deepEqual(JSON.parse(bare.stdout).options, {
      dryRun: false,
      to: "v2",
      with: [],
      output: "json",
      color: "auto",
    });
    const full =
      "try --dry-run --to v1 --with a --with b -f x --lines --size 5 --color never -o yaml";
    assert.deepEqual(parse((await call(PAGE, full.split(" "))).stdout).options, {
      dryRun: true,
      to: "v1",
      with: ["a", "b"],
      from: "x",
      lines: true,
      size: 5,
      color: "never",
      output: "yaml",
    });
  });

  it("has forms of a command's own, and separates YAML documents", async () => {
    assert.equal((await call(PAGE, ["try", "-o", "shout"])).stdout, "MODEL\n");
    const twice = await call(PAGE, ["try", "twice", "-o", "yaml"]);
    assert.match(twice.stdout, /\n---\noptions: \{\}\n/);
  });

  it("tells no from wrong from failed", async () => {
    assert.equal((await call(PAGE, ["try", "no"])).code, 1);
    const failed = await call(PAGE, ["try", "fail"]);
    assert.deepEqual(failed, { code: 3, stdout: "", stderr: "prismtest: there is none\n" });
    for (const line of ["try --to v3", "try --size x", "try --nothing", "nothing", "", "group"]) {
      const wrong = await call(PAGE, line.split(" ").filter(Boolean));
      assert.deepEqual([wrong.code, wrong.stdout], [2, ""], line);
    }
    const { stderr } = await call(PAGE, ["try", "--size", "x"]);
    assert.match(
      stderr,
      /^prismtest try: option '--size <bytes>' argument 'x' is invalid. write a number, such as 5\n/,
    );
    await assert.rejects(call(PAGE, ["try", "break"]), TypeError);
  });

  it("finds commands of two words", async () => {
    assert.equal((await call(PAGE, ["group", "try"])).code, 0);
    assert.match((await call(PAGE, ["group", "--help"])).stdout, /Several[\s\S]*try/);
  });

  it("paints on a terminal only, unless told otherwise", async () => {
    const painted = "\u001b[31m1152921504606846976\u001b[39m\n";
    const plain = "1152921504606846976\n";
    const stdoutOf = async (args: string[], isTerminal: boolean, environment = {}) =>
      (await call(PAGE, ["try", ...args], { isTerminal, environment })).stdout;
    assert.equal(await stdoutOf([], true), painted);
    assert.equal(await stdoutOf([], false), plain);
    assert.equal(await stdoutOf([], true, { NO_COLOR: "1" }), plain);
    assert.equal(await stdoutOf(["--color", "never"], true), plain);
    assert.equal(await stdoutOf(["--color", "always"], false, { NO_COLOR: "1" }), painted);
  });

  it("shows options, examples and exit codes on a command's page", async () => {
    const { code, stdout } = await call(PAGE, ["try", "--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /-f, --from <file> +a file\n/);
    assert.match(stdout, /--to <version> +the version \(v1, v2; default: v2\)\n/);
    assert.match(
      stdout,
      /-o, --output <form> +how to print the answer \(text, json, yaml, shout; default: text\)\n/,
    );
    assert.match(stdout, /Examples:\n {2}# All of it\n {2}prismtest try\n/);
    assert.match(stdout, / {2}1 {2}it was not liked\n/);
  });
});

describe("a cluster of the options", () => {
  it("fails in one line when there is no kubeconfig to read", async () => {
    const values = { kubeconfig: "nowhere.yaml", context: undefined, namespace: undefined };
    await assert.rejects(clusterOf(values, { environment: {} }), {
      exit: "failed",
      message: /^no cluster to ask: .*nowhere\.yaml/,
    });
  });
});
