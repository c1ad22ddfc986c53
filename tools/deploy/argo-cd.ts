/** Prints the merge patch of `argocd-cm` with the health and the actions of every kind under deploy/gitops/argo-cd. */
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { stringify } from "yaml";

const FOLDER = join(import.meta.dirname, "../../deploy/gitops/argo-cd");

/** As Argo CD names them: `resource.customizations.health.<group>_<kind>` and `.actions.`. */
export function argoConfig(): Readonly<Record<string, string>> {
  const entries = globSync("*/*/health.lua", { cwd: FOLDER }).flatMap((path) => {
    const kind = dirname(path);
    const name = kind.replace("/", "_");
    return [
      [`resource.customizations.health.${name}`, readFileSync(join(FOLDER, path), "utf8")],
      [`resource.customizations.actions.${name}`, actionsOf(join(FOLDER, kind, "actions"))],
    ];
  });
  return Object.fromEntries(entries);
}

function actionsOf(folder: string): string {
  const definitions = globSync("*/action.lua", { cwd: folder }).toSorted();
  return stringify({
    "discovery.lua": readFileSync(join(folder, "discovery.lua"), "utf8"),
    definitions: definitions.map((path) => ({
      name: basename(dirname(path)),
      "action.lua": readFileSync(join(folder, path), "utf8"),
    })),
  });
}

if (import.meta.main) process.stdout.write(`${JSON.stringify({ data: argoConfig() })}\n`);
