import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { listAt, parseJson, textAt, valueAt } from "./json-value.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** A process that belongs to a control plane. */
export interface NamedProcess extends ProcessIdentity {
  readonly name: string;
}

/** What runs in a folder, so that another command can find it and end exactly that. */
export interface State {
  /** `https://127.0.0.1:PORT`; empty until the server answers. */
  readonly server: string;
  readonly isReady: boolean;
  readonly nodes: number;
  /** In the order of their start; the first is the supervisor, which ends the others. */
  readonly processes: readonly NamedProcess[];
}

/** Replaces the state in one step. */
export function writeState(path: string, state: State): void {
  const partial = `${path}.partial`;
  writeFileSync(partial, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(partial, path);
}

/** The state in a file; undefined when there is none or it is not one of ours. */
export function readState(path: string): State | undefined {
  let content: unknown;
  try {
    content = parseJson(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
  const processes = listAt(content, "processes").flatMap(namedProcess);
  if (processes.length === 0) return undefined;
  return {
    server: textAt(content, "server"),
    isReady: valueAt(content, "isReady") === true,
    nodes: Number(valueAt(content, "nodes") ?? 0),
    processes,
  };
}

/** Forgets the state. */
export function removeState(path: string): void {
  rmSync(path, { force: true });
}

function namedProcess(value: unknown): readonly NamedProcess[] {
  const pid = valueAt(value, "pid");
  const started = textAt(value, "started");
  // 0 and negative numbers would speak of process groups.
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid < 2 || started === "") return [];
  return [{ pid, started, name: textAt(value, "name") }];
}
