import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Test files that share a process, since starting one and loading the program costs more than most files' tests. */
export interface Shard {
  /** Absolute path of a module that imports them. */
  readonly entry: string;
  /** Absolute paths. */
  readonly files: readonly string[];
}

export interface Shards {
  readonly shards: readonly Shard[];
  /** Removes the entries. */
  readonly remove: () => void;
}

/** Fewer files get a process each, so that one which crashes is named. */
const fewest = 20;

/** Deals files of about the same size in sum to each shard; the order within one is that of the names. */
export function dealShards(files: readonly string[], count: number): Shards {
  if (files.length < fewest) return { shards: [], remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), "prism-test-shards-"));
  const hands = Array.from({ length: count }, () => ({ size: 0, files: [] as string[] }));
  const bySize = files
    .map((file) => ({ path: resolve(file), size: statSync(file).size }))
    .toSorted((a, b) => b.size - a.size);
  for (const { path, size } of bySize) {
    const least = hands.reduce((a, b) => (b.size < a.size ? b : a));
    least.size += size;
    least.files.push(path);
  }
  const shards = hands.map((hand, index) => {
    const entry = join(folder, `shard-${index + 1}.ts`);
    const sorted = hand.files.toSorted();
    const imports = sorted.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};\n`);
    writeFileSync(entry, imports.join(""));
    return { entry, files: sorted };
  });
  return { shards, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
