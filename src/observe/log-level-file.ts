import { readFile } from "node:fs/promises";
import type { Logger } from "pino";
import { LOG_LEVELS } from "./log.ts";

/** A mounted ConfigMap changes a minute after it was written anyway. */
const EVERY_MS = 5_000;
/** A level is a word. */
const MOST_CHARACTERS = 16;

/**
 * Follows a file with the name of a level in it, so that the level changes while the process runs. While there is no such file the level is the one
 * that the log was made with. What is no level changes nothing and is said once. Resolves after the first look; ends with the signal.
 */
export async function followLevelFile(
  log: Logger,
  path: string,
  signal: AbortSignal,
  everyMs: number = EVERY_MS,
): Promise<void> {
  const usual = log.level;
  let told = usual;
  const look = async (): Promise<void> => {
    const found = await levelIn(path, usual);
    const text = "level" in found ? found.level : found.trouble;
    if (text !== told) heed(log, found, path);
    told = text;
  };
  await look();
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

type Found = { readonly level: string } | { readonly trouble: string };

function heed(log: Logger, found: Found, file: string): void {
  if ("trouble" in found) {
    log.warn({ file, error: found.trouble }, "Kept the log level");
    return;
  }
  log.level = "info";
  log.info({ log_level: found.level }, "Changed the log level");
  log.level = found.level;
}

async function levelIn(path: string, usual: string): Promise<Found> {
  let text: string;
  try {
    text = (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return { level: usual };
    return { trouble: error instanceof Error ? error.message : "cannot be read" };
  }
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return { level };
  return {
    trouble: `${JSON.stringify(text.slice(0, MOST_CHARACTERS))} is none of ${LOG_LEVELS.join(", ")}`,
  };
}
