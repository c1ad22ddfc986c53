/** Texts of files, folders and standard input; bounded, and refused where they are none. */
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { CommandFailed } from "../frame/exit-code.ts";

/** One text. */
export interface ManifestText {
  readonly file: string;
  /** False for a file that was found in a folder: it need not hold a manifest. */
  readonly isNamed: boolean;
  /** Undefined where the bytes are no UTF-8 text. */
  readonly text: string | undefined;
}

/** Many times what etcd takes in one object; a stream may hold many. */
const MOST_BYTES = 64 * 1024 * 1024;
const MANIFEST = /\.(?:ya?ml|json)$/;
const IGNORED = /^(?:\..*|node_modules)$/;

/** Reads a file, every manifest of a folder in the order of names, or standard input for `-`. Rejects with a CommandFailed. */
export async function readTexts(name: string, stdin: Readable): Promise<ManifestText[]> {
  try {
    if (name === "-") return [await readText({ file: "<stdin>", isNamed: true }, stdin)];
    const isNamed = !(await stat(name)).isDirectory();
    const texts: ManifestText[] = [];
    for (const file of isNamed ? [name] : await manifestsIn(name)) {
      texts.push(await readText({ file, isNamed }, createReadStream(file)));
    }
    return texts;
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`${name} cannot be read: ${reasonOf(error)}`, {
      exit: "failed",
      cause: error,
    });
  }
}

async function manifestsIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (IGNORED.test(entry.name)) continue;
    if (entry.isDirectory()) files.push(...(await manifestsIn(path)));
    else if (MANIFEST.test(entry.name)) files.push(path);
  }
  return files;
}

async function readText(
  source: Pick<ManifestText, "file" | "isNamed">,
  stream: Readable,
): Promise<ManifestText> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MOST_BYTES) {
      stream.destroy();
      throw new CommandFailed(`${source.file} is longer than ${MOST_BYTES >> 20} MiB`, {
        exit: "failed",
      });
    }
    chunks.push(bytes);
  }
  return { ...source, text: decode(Buffer.concat(chunks, length)) };
}

function decode(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  return known ?? (error instanceof Error ? error.message : String(error));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission is denied",
  ELOOP: "its links go in a circle",
};
