import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, it } from "node:test";
import { hostEnvironment } from "../../../tools/control-plane/environment.ts";

const environment = {
  ...hostEnvironment(),
  PATH: `${resolve("bin")}:${hostEnvironment()["PATH"]}`,
};

function shell(program: string, args: readonly string[]) {
  return spawnSync(program, args, { env: environment, encoding: "utf8" });
}

/** Bash's own machinery, with the words as bash splits them. */
function bash(...words: readonly string[]): readonly string[] {
  const list = words.map((word) => `'${word}'`).join(" ");
  const script = `eval "$(prismctl completion bash)"
COMP_WORDS=(${list}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _prismctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = shell("bash", ["-c", script]);
  assert.equal(status, 0, stderr);
  return stdout.trimEnd().split("\n");
}

describe("prismctl completion", () => {
  it("completes commands, options, values and files in bash", () => {
    assert.deepEqual(bash("prismctl", "valid"), ["validate"]);
    assert.deepEqual(bash("prismctl", "validate", "--output", "=", "j"), ["json"]);
    assert.deepEqual(bash("prismctl", "completion", ""), ["bash", "zsh", "fish"]);
    assert.deepEqual(bash("prismctl", "validate", "packag").toSorted(), [
      "package-lock.json",
      "package.json",
    ]);
  });

  const fish = shell("fish", ["--version"]).status === 0;
  it("completes in fish", { skip: !fish && "fish is not installed" }, () => {
    const { stdout } = shell("fish", [
      "-c",
      'prismctl completion fish | source; complete -C "prismctl valid"; complete -C "prismctl validate packag"',
    ]);
    assert.match(stdout, /^validate\tSay of each object/);
    assert.match(stdout, /package\.json/);
  });

  const zsh = shell("zsh", ["--version"]).status === 0;
  it("completes in zsh", { skip: !zsh && "zsh is not installed" }, () => {
    const script = `autoload -U compinit && compinit -D -u
source <(prismctl completion zsh)
_describe() { print -l -- "\${(@P)2}" }
_files() { print files }
words=(prismctl valid); CURRENT=2; _prismctl
words=(prismctl validate ''); CURRENT=3; _prismctl`;
    const { stdout, stderr } = shell("zsh", ["-f", "-c", script]);
    assert.match(stdout, /^validate:Say of each object.*\nfiles\n$/, stderr);
  });

  it("answers kubectl for its plugin", () => {
    const { stdout, status } = shell("kubectl_complete-prism", ["validate", "--color", "a"]);
    assert.deepEqual([status, stdout], [0, "auto\nalways\n:4\n"]);
  });
});
