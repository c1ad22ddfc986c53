/** The cgroup below which all pods of one run are, in every hierarchy; it is ours to remove. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = "/sys/fs/cgroup";
const PREFIX = "prism-e2e-";
const REMOVE_TRIES = 50;
const RETRY_MS = 100;

/** Name of the cgroup of the run that a process owns. */
export function cgroupNameFor(pid: number): string {
  return `${PREFIX}${pid}`;
}

/** Makes it, with the processors and memory of its parent where it would have none (cgroup v1). */
export function makeCgroup(name: string): void {
  for (const hierarchy of hierarchies()) {
    const path = join(hierarchy, name);
    mkdirSync(path, { recursive: true });
    for (const file of ["cpuset.mems", "cpuset.cpus"]) {
      const [own, parent] = [join(path, file), join(hierarchy, file)];
      if (existsSync(own) && existsSync(parent) && readFileSync(own, "utf8").trim() === "")
        writeFileSync(own, readFileSync(parent));
    }
  }
}

/** Removes it with all below; processes that were killed a moment ago may still be in it. */
export async function removeCgroup(name: string): Promise<void> {
  for (const hierarchy of hierarchies()) {
    for (let tries = 0; existsSync(join(hierarchy, name)) && tries < REMOVE_TRIES; tries++) {
      removeEmpty(join(hierarchy, name));
      if (existsSync(join(hierarchy, name))) await sleep(RETRY_MS);
    }
  }
}

/** Cgroups of runs whose owner is gone without having cleaned up. */
export function forgottenCgroups(): readonly string[] {
  const names = hierarchies().flatMap((path) => readdirSync(path));
  return [...new Set(names)].filter(
    (name) => name.startsWith(PREFIX) && !existsSync(`/proc/${name.slice(PREFIX.length)}`),
  );
}

function removeEmpty(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmpty(join(path, entry.name));
  try {
    rmdirSync(path);
  } catch {
    // Somebody is still in it.
  }
}

/** One in cgroup v2, one for each controller in v1. */
function hierarchies(): readonly string[] {
  if (existsSync(join(ROOT, "cgroup.controllers"))) return [ROOT];
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(ROOT, entry.name, "cgroup.procs")))
    .map((entry) => join(ROOT, entry.name));
}
