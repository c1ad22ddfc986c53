import type { FieldPath } from "../field-path.ts";

/** What the user probably meant by `value` at `path`; undefined where that is not plain. */
export function hintFor(_version: string, path: FieldPath, value: unknown): string | undefined {
  const [, first, second, third] = path;
  if (first === "clusters" && third === "endpoint") return endpointHint(value);
  if (first === "routing" && second === "failover" && typeof value === "boolean") {
    return `write ${value ? "enabled" : "disabled"}`;
  }
  if (first === "clusters" && third === "weight" && typeof value === "string") {
    return /^\d{1,3}$/.test(value) ? `write ${value} without quotes` : undefined;
  }
  return undefined;
}

function endpointHint(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  if (value.startsWith("http://")) return "a member's API server is reached by https alone";
  if (/^https:\/\/[^/]*@/.test(value)) return "credentials belong into the Secret";
  return /^[a-z0-9.-]+(:\d+)?$/.test(value) ? `write https://${value}` : undefined;
}
