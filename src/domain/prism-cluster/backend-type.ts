import type { Backend } from "../../api/prism-cluster-v1alpha2.ts";
import type { JsonNode } from "../json-node.ts";

/** Types of backends that the operator runs. */
export type BackendType = NonNullable<Backend["type"]>;

const TYPES: readonly string[] = ["kafka", "minio", "nats", "postgres", "redis"];

/** True for the name of a type. */
export function isBackendType(text: string | undefined): text is BackendType {
  return text !== undefined && TYPES.includes(text);
}

/** Whether several servers of a type are a primary and those that follow it (ADR-0039), where other types have members that are alike. */
export function hasPrimary(type: BackendType | undefined): boolean {
  return type === "redis" || type === "postgres";
}

/** The type of the backend `name`: what it says, else its name; undefined where neither is a type. */
export function backendTypeOf(name: string, backend: JsonNode): BackendType | undefined {
  const type = backend.at("type");
  const said = type.exists() ? type.text() : name;
  return isBackendType(said) ? said : undefined;
}
