import { globSync, statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";

/** A path that a person named and that holds no test: a run of nothing must not look like a pass. */
export class NothingSelected extends Error {
  override readonly name = "NothingSelected" as const;
}

/**
 * Take a minute or more each: whole lives of an installation, with programs of their own to build, and what mostly waits. What of them
 * CI runs is said in `.ci/run`.
 */
const LONG = new RegExp(
  `^test/flow/(?:${[
    "admission-audit",
    "admission-readiness",
    "admission-replicas",
    "app-docs-how-to",
    "certificate-files",
    "certificate-life",
    "churn",
    "control-plane-lifetime",
    "federation-servers",
    "helm-",
    "ill-cluster",
    "kinds-order",
    "operator-upgrade",
    "scale-members",
    "storage-migration",
    "wedge",
  ].join("|")})`,
);

/**
 * The test files under the given files and folders, sorted, relative to the folder. When none is given: all of `test/` but the long
 * ones, or the long ones alone. Throws NothingSelected.
 */
export function selectTestFiles(
  folder: string,
  paths: readonly string[],
  isLong = false,
): readonly string[] {
  const selected = new Set<string>();
  if (paths.length === 0) {
    const all = selectTestFiles(folder, ["test"]).filter((file) => LONG.test(file) === isLong);
    if (all.length === 0) throw new NothingSelected("there is no such test");
    return all;
  }
  for (const path of paths) {
    const files = testFilesAt(folder, path);
    if (files.length === 0) throw new NothingSelected(`there is no test at ${path}`);
    for (const file of files) selected.add(file);
  }
  return [...selected].sort();
}

/** Whether a test file runs on the real API server. */
export function needsControlPlane(file: string): boolean {
  return `/${file}`.includes("/test/flow/");
}

function testFilesAt(folder: string, path: string): readonly string[] {
  const absolute = resolve(folder, path);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  const found = stat?.isDirectory()
    ? globSync("**/*.test.ts", { cwd: absolute }).map((file) => resolve(absolute, file))
    : stat
      ? [absolute]
      : [];
  return found.map((file) => relative(folder, file).split(sep).join("/"));
}
