import type { NamedBackend } from "../children/stack.ts";

/** A backend's `config` as sorted pairs; line breaks, which no server setting has, cannot start a line of their own. */
export function settingsOf(backend: NamedBackend): readonly (readonly [string, string])[] {
  return Object.entries(backend.spec.config ?? {})
    .map(([key, value]) => [oneLine(key), oneLine(String(value))] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function oneLine(text: string): string {
  return text.replaceAll(/[\0\r\n]/g, " ");
}
