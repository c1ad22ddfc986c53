/** The release before this one, from the history of the repository: the chart and the programs that its image would hold. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseJson, textAt } from "../../tools/control-plane/json-value.ts";

/** While nothing is tagged, this commit stands for the release before; by its subject, which a rebase keeps. */
const STAND_IN =
  "Load credentials in the chart's hooks as the operator does; make slow test data once";

/** The commit: the newest tag of another version, or the stand-in; undefined where the history is not there. */
export function earlierRelease(): string | undefined {
  const version = textAt(parseJson(readFileSync("package.json", "utf8")), "version");
  const tags = git(["tag", "--merged", "HEAD", "--list", "v*", "--sort=-creatordate"]).split("\n");
  const tag = tags.find((name) => name !== "" && name !== `v${version}`);
  if (tag !== undefined) return tag;
  const found = git(["log", "--fixed-strings", `--grep=${STAND_IN}`, "--format=%H", "-1"]);
  return found === "" ? undefined : found;
}

/** Its files in a new folder; packages are those of this checkout, which a release before can use as well. */
export function checkOut(commit: string, folder: string): void {
  mkdirSync(folder);
  const archive = execFileSync("git", ["archive", commit], { maxBuffer: 256 * 1024 * 1024 });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
}

function git(args: readonly string[]): string {
  return execFileSync("git", [...args], { encoding: "utf8" }).trim();
}
