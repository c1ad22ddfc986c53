import type { Child } from "../../child.ts";
import { configMap, secret } from "../children/config-data.ts";
import { configMapMount, secretMount } from "../children/mounts.ts";
import type { Part } from "../children/part.ts";
import type { Mount } from "../children/pod.ts";
import type { Stack } from "../children/stack.ts";

/** A server's configuration files with the object that holds them and the mount that shows them. */
export interface ConfigFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly child: Child;
  readonly mount: Mount;
}

/** Files of a server: in a Secret where credentials are among them, since they must not be on a command line (REC-8). */
export function configFiles(
  stack: Stack,
  part: Part,
  path: string,
  files: Readonly<Record<string, string>>,
  secrecy: "secret" | "open",
): ConfigFiles {
  const name = `${part.name}-config`;
  return secrecy === "secret"
    ? { files, child: secret(stack, part, name, files), mount: secretMount("config", path, name) }
    : {
        files,
        child: configMap(stack, part, name, files),
        mount: configMapMount("config", path, name),
      };
}
