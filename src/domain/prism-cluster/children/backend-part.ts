import type { Part } from "./part.ts";
import type { NamedBackend } from "./stack.ts";

/** The part of a backend; `suffix` for further workloads of the same backend, such as ZooKeeper. */
export function backendPart(
  backend: NamedBackend,
  program: string = backend.type,
  suffix = "",
): Part {
  return {
    name: backend.name + suffix,
    program,
    stage: "backends",
    component: { kind: "backend", name: backend.name },
  };
}
