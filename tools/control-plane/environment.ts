import { homedir } from "node:os";
import { join } from "node:path";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** This process' environment: the only place of the tool that reads it. */
export function hostEnvironment(): Environment {
  return process.env;
}

/** Where binaries are kept between runs: `$XDG_CACHE_HOME/prism-operator`, by default under `~/.cache`. */
export function cacheFolder(environment: Environment): string {
  const base = environment["XDG_CACHE_HOME"];
  return join(base?.startsWith("/") ? base : join(homedir(), ".cache"), "prism-operator");
}
