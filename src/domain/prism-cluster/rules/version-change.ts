import type { Findings } from "../../findings.ts";
import { MIGRATION, readingOf } from "../data-compatibility.ts";
import type { BackendView, ClusterView } from "./cluster-view.ts";

/** A version must be able to read what the one before it wrote (design, section 2). */
export function checkVersionChanges(
  cluster: ClusterView,
  old: ClusterView | undefined,
  findings: Findings,
): void {
  for (const backend of cluster.backends.values()) {
    const before = old?.backends.get(backend.name);
    if (before !== undefined && hasData(backend) && hasData(before)) {
      checkChange(backend, before, findings);
    }
  }
}

/** A disabled backend keeps its volumes, so what it had counts when it returns; one that runs elsewhere has none here. */
function hasData({ external, type }: BackendView): boolean {
  return !external && type !== undefined;
}

function checkChange(backend: BackendView, before: BackendView, findings: Findings): void {
  const { type, enabled, node } = backend;
  const version = node.at("version");
  const [now, was] = [version.text(), before.node.textAt("version")];
  if (!enabled || type === undefined || type !== before.type) return;
  if (now === undefined || was === undefined || now === was) return;
  const reading = readingOf(type, now, was);
  if (reading === "reads") return;
  if (reading === "unknown") {
    findings.warn(version.path, `${was} and ${now} cannot be compared; a downgrade may lose data`);
    return;
  }
  const fault = `${FAULT[reading]}; add a backend of another name and ${MIGRATION[type]}`;
  findings.forbidden(version.path, `${was} to ${now}: ${fault}`, "version-change");
}

const FAULT = {
  "other-major": "PostgreSQL cannot read the data of another major version",
  older: "an older version may not read newer data",
} as const;
