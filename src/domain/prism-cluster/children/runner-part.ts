import type { Pattern } from "../../../api/prism-cluster-v1alpha2.ts";
import type { Part } from "./part.ts";

/** Which runner a pattern is: its type, or its name (design, section 2). */
export function patternType(pattern: Pattern): string {
  return pattern.type ?? pattern.name;
}

/** `<pattern>-runner` (the source's name). */
export function runnerPart(pattern: Pattern): Part {
  return {
    name: `${pattern.name}-runner`,
    program: `${patternType(pattern)}-runner`,
    stage: "runners",
    component: { kind: "pattern", name: pattern.name },
  };
}
