/** Typed reads from objects of other authors: a value of another type reads as if it were not there. */
import { valueAt } from "./json-object.ts";

type Path = readonly (string | number)[];

/** The text at a path. */
export function textAt(root: unknown, ...path: Path): string | undefined {
  const value = valueAt(root, path);
  return typeof value === "string" ? value : undefined;
}

/** The number at a path, or zero: what Kubernetes leaves out of a status means zero. */
export function numberAt(root: unknown, ...path: Path): number {
  const value = valueAt(root, path);
  return typeof value === "number" ? value : 0;
}

/** The list at a path; empty when there is none. */
export function listAt(root: unknown, ...path: Path): readonly unknown[] {
  const value = valueAt(root, path);
  return Array.isArray(value) ? value : [];
}

/** The member of a list of conditions with this type. */
export function conditionAt(root: unknown, type: string): unknown {
  return listAt(root, "status", "conditions").find((one) => textAt(one, "type") === type);
}
