/** The pair of files that cert-manager, OLM or a person keeps for the webhooks. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PairSource } from "../certs/file-keeper.ts";

/** What a Secret of type kubernetes.io/tls is mounted as, and what OLM mounts. */
const NAMES = [
  ["tls.crt", "tls.key"],
  ["apiserver.crt", "apiserver.key"],
] as const;

/** The first pair that is in a folder; both files are read anew each time. */
export function certificateFiles(folder: string): PairSource {
  return {
    read: async () => {
      for (const [certName, keyName] of NAMES) {
        const cert = await textOf(join(folder, certName));
        const key = await textOf(join(folder, keyName));
        if (cert !== undefined && key !== undefined) return { cert, key };
      }
      const names = NAMES.map((pair) => pair.join(" and ")).join(", nor ");
      throw new Error(`there is no ${names} in ${folder}`);
    },
  };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
