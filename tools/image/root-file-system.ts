import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type ImageRecipe, readDockerfile } from "./dockerfile.ts";
import { productionPackages } from "./production-packages.ts";

/** A root file system that holds what the image holds. */
export interface RootFileSystem {
  readonly folder: string;
  readonly recipe: ImageRecipe;
}

const NODE = "nodejs/bin/node";
/** As in the base image: the user of the image and nobody else. */
const PASSWD =
  "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n";
const GROUP = "root:x:0:\nnonroot:x:65532:\n";

/**
 * Makes it in an empty folder, from the checkout, this Node and the shared libraries it needs: a container engine and a registry are not asked.
 * Throws an Error when a file of the recipe is not there.
 */
export function makeRootFileSystem(checkout: string, folder: string, node: string): RootFileSystem {
  const recipe = readDockerfile(readFileSync(join(checkout, "deploy/Dockerfile"), "utf8"));
  const app = join(folder, recipe.workdir);
  for (const path of ["tmp", "etc", "home/nonroot", recipe.workdir]) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  // As in any image: the user has to get in, and has one place to write.
  chmodSync(folder, 0o755);
  chmodSync(join(folder, "tmp"), 0o1777);
  writeFileSync(join(folder, "etc/passwd"), PASSWD);
  writeFileSync(join(folder, "etc/group"), GROUP);
  copyProgram(node, join(folder, NODE), folder);
  for (const path of productionPackages(checkout))
    copyPackage(join(checkout, path), join(app, path));
  for (const { sources, target } of recipe.copies) {
    for (const source of sources) copySource(checkout, source, app, target);
  }
  return { folder, recipe };
}

/** Packages within a package are in the lock file by themselves. */
function copyPackage(from: string, to: string): void {
  if (!existsSync(from)) return;
  cpSync(from, to, { recursive: true, filter: (path) => basename(path) !== "node_modules" });
}

function copySource(checkout: string, source: string, app: string, target: string): void {
  const isFolder = !target.endsWith("/") || basename(target) === basename(source);
  cpSync(join(checkout, source), join(app, isFolder ? target : join(target, source)), {
    recursive: true,
  });
}

/** A program with the libraries and the loader that it names. */
function copyProgram(program: string, to: string, root: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(realpathSync(program), to);
  const listed = execFileSync("ldd", [realpathSync(program)], { encoding: "utf8" });
  for (const [library = ""] of listed.matchAll(/\/[^\s)]+/g)) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    cpSync(realpathSync(library), join(root, library));
  }
}
