import type { Mount } from "./pod.ts";

/** Permissions of mounted files as the API server writes them out (0644). */
const FILE_MODE = 0o644;

/** Every key of a ConfigMap as a file. */
export function configMapMount(name: string, path: string, configMap: string): Mount {
  return {
    name,
    path,
    readOnly: true,
    source: { configMap: { name: configMap, defaultMode: FILE_MODE } },
  };
}

/** Every key of a Secret as a file. */
export function secretMount(name: string, path: string, secret: string): Mount {
  return {
    name,
    path,
    readOnly: true,
    source: { secret: { secretName: secret, defaultMode: FILE_MODE } },
  };
}

/** Scratch space that goes with the pod. */
export function scratchMount(name: string, path: string): Mount {
  return { name, path, source: { emptyDir: {} } };
}
