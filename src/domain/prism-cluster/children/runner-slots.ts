import type { Pattern } from "../../../api/prism-cluster-v1alpha2.ts";
import type { JsonObject } from "../../kube-object.ts";
import { driverConfig, driverSettings } from "./driver-config.ts";
import type { UsedBackend } from "./runner-backends.ts";

/** A driver with its settings, as a slot of a runner takes it. */
export type Bound = { readonly driver: string; readonly config: JsonObject };

/** A backend of a pattern with the slot that the user gave it. */
export type Binding = Bound & { readonly slot: string | undefined };

/** Every backend of the pattern with its driver's settings, `sqlite` and `memstore` included. */
export function bindingsOf(
  pattern: Pattern,
  used: readonly UsedBackend[],
  sqlitePath: string,
): readonly Binding[] {
  return (pattern.backends ?? []).flatMap((reference): readonly Binding[] => {
    const named = reference.config?.["slot"];
    const slot = named === undefined ? undefined : String(named);
    const one = used.find(({ connection }) => connection.backend.name === reference.name);
    if (one !== undefined) {
      return [{ slot, driver: one.connection.backend.type, config: driverConfig(one) }];
    }
    const settings = driverSettings(reference);
    if (reference.name === "memstore") return [{ slot, driver: "memstore", config: settings }];
    if (reference.name !== "sqlite") return [];
    return [{ slot, driver: "sqlite", config: { database_path: sqlitePath, ...settings } }];
  });
}

/** The backend of a slot: the one whose config says `slot`, else the first whose driver the slot can use. */
export function slotOf(
  bindings: readonly Binding[],
  slot: string,
  drivers: readonly string[],
): Bound | undefined {
  const free = bindings.filter((binding) => binding.slot === undefined);
  const found =
    bindings.find((binding) => binding.slot === slot) ??
    drivers.flatMap((driver) => free.filter((binding) => binding.driver === driver))[0];
  return found && { driver: found.driver, config: found.config };
}
