import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";

/** An update that deletes PrismClusters elsewhere says so. */
export function warnWhatIsRemoved(
  federation: JsonNode,
  old: JsonNode | undefined,
  findings: Findings,
): void {
  const spec = federation.at("spec");
  if (old === undefined || spec.textAt("removalPolicy") === "Retain") return;
  const before = old.at("spec");
  if (!before.has("template")) return;
  const keep = "set removalPolicy: Retain to keep them";
  if (!spec.has("template")) {
    findings.warn(
      spec.at("template").path,
      `its PrismClusters are deleted on every member; ${keep}`,
    );
    return;
  }
  const names = new Set(namesOf(spec));
  const gone = namesOf(before).filter((name) => !names.has(name));
  if (gone.length === 0) return;
  const said = gone.length > 3 ? `${gone.slice(0, 3).join(", ")} and others` : gone.join(", ");
  findings.warn(
    spec.at("clusters").path,
    `the PrismClusters of ${said} are deleted there; ${keep}`,
  );
}

function namesOf(spec: JsonNode): readonly string[] {
  return spec
    .at("clusters")
    .items()
    .flatMap((member) => member.textAt("name") ?? []);
}
