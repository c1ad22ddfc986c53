/**
 * `npm run image -- FOLDER`: the image's root file system in a new folder, without a container engine. As root it is then tried as the image's
 * user; the compile cache is made as the Dockerfile does.
 */
import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeRootFileSystem, type RootFileSystem } from "./root-file-system.ts";

const CHECKOUT = join(import.meta.dirname, "../..");
const USAGE = 2;

/** Runs the program once so that its parsed form is kept, for the image's user where this process may be another one. */
export function warmUp({ folder, recipe }: RootFileSystem): void {
  const [, ...program] = recipe.entrypoint;
  const cache = join(folder, recipe.environment["NODE_COMPILE_CACHE"] ?? "");
  const [uid = Number.NaN, gid = Number.NaN] = recipe.user.split(":").map(Number);
  const isRoot = process.getuid?.() === 0;
  mkdirSync(cache);
  if (isRoot) chownSync(cache, uid, gid);
  const { status, stderr } = spawnSync(join(folder, "nodejs/bin/node"), [...program, "--help"], {
    cwd: join(folder, recipe.workdir),
    env: { ...recipe.environment, NODE_COMPILE_CACHE: cache },
    encoding: "utf8",
    ...(isRoot ? { uid, gid } : {}),
  });
  if (status !== 0) throw new Error(`the program does not start: ${stderr}`);
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined || existsSync(folder)) {
    process.stderr.write("Name a folder that is not there yet: npm run image -- FOLDER\n");
    process.exitCode = USAGE;
  } else {
    const root = makeRootFileSystem(CHECKOUT, resolve(folder), process.execPath);
    warmUp(root);
    process.stdout.write(`${root.folder}\n`);
  }
}
