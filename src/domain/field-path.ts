/** Field paths in the notation of apimachinery's `field.Path`: `spec.patterns[2].name`, `metadata.labels[a.b/c]`. */

/** Steps from the root: a string is a property or map key, a number a list index. */
export type FieldPath = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z0-9_-]+$/;

/** Prints a path as Kubernetes does; keys that are no plain names stand in brackets, and the empty path is `<nil>`. */
export function printPath(path: FieldPath): string {
  if (path.length === 0) return "<nil>";
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!PLAIN_KEY.test(step)) text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}
