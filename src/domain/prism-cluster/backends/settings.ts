import type { EnvVar } from "../../../api/prism-cluster-v1alpha2.ts";
import type { NamedBackend } from "../children/stack.ts";

/** A backend's `config` as sorted pairs; line breaks, which no server setting has, cannot start a line of their own. */
export function settingsOf(backend: NamedBackend): readonly (readonly [string, string])[] {
  return Object.entries(backend.spec.config ?? {})
    .map(([key, value]) => [oneLine(key), oneLine(String(value))] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * A server's variables with the user's settings among them, which win: a container has each variable once, or the API server refuses to
 * apply it. What a user must not set is refused before.
 */
export function withSettings(
  ours: readonly EnvVar[],
  backend: NamedBackend,
  variableOf: (key: string) => string,
): readonly EnvVar[] {
  const theirs = new Map(
    settingsOf(backend).map(([key, value]): [string, EnvVar] => {
      const name = variableOf(key);
      return [name, { name, value }];
    }),
  );
  return [...ours.filter(({ name }) => !theirs.has(name)), ...theirs.values()];
}

function oneLine(text: string): string {
  return text.replaceAll(/[\0\r\n]/g, " ");
}
