import type { FieldPath } from "../field-path.ts";
import type { JsonRecord } from "../json-object.ts";
import type { JsonPatch } from "../json-patch.ts";
import { carriedBy, load, unload } from "./carrier.ts";
import { printConversionData } from "./conversion-data.ts";
import type { ObjectTable } from "./field-table.ts";
import { hubOnlyPatch } from "./hub-only-patch.ts";
import { KeptFields } from "./kept-field.ts";
import { type MappedPath, mapPath } from "./mapped-path.ts";
import { type ObjectPlan, planDown, planUp } from "./plan.ts";
import { restoreFields } from "./restore.ts";
import { transferObject } from "./transfer.ts";

/**
 * Outcome of a conversion. `ignoredData` is true where the annotation held something that we did not write, which was
 * dropped. The only failure is a version that the kind does not have.
 */
export type Conversion =
  | { readonly kind: "converted"; readonly object: JsonRecord; readonly ignoredData: boolean }
  | { readonly kind: "unknown-version"; readonly apiVersion: unknown };

/** The versions of a kind that has a table, as apiVersions. */
export interface Versions {
  readonly hub: string;
  readonly older: string;
}

/**
 * Converts objects of one kind between its hub and an older version, field by field: total for any JSON object,
 * nothing invented, lossless both ways (CONV-2 to CONV-7). The result shares unchanged parts with the input, which
 * is never changed.
 */
export class Converter {
  readonly #versions: Versions;
  readonly #down: ObjectPlan;
  readonly #up: ObjectPlan;

  constructor(table: ObjectTable, versions: Versions) {
    this.#versions = versions;
    this.#down = planDown(table);
    this.#up = planUp(table);
  }

  /** `apiVersion` is group and version, as `desiredAPIVersion` of a ConversionReview. */
  convert(object: JsonRecord, apiVersion: string): Conversion {
    const { hub, older } = this.#versions;
    const from = object["apiVersion"];
    if (apiVersion !== hub && apiVersion !== older) return { kind: "unknown-version", apiVersion };
    if (from === apiVersion) return { kind: "converted", object, ignoredData: false };
    if (from !== hub && from !== older) return { kind: "unknown-version", apiVersion: from };
    return this.#transfer(object, apiVersion, from);
  }

  /** Where a hub path stands in the older version; dotted keys and indices as in `FieldPath`. */
  pathInOlder(hubPath: FieldPath): MappedPath {
    return mapPath(this.#down, hubPath);
  }

  /** See `hubOnlyPatch`; both objects are of the hub version. */
  restoreHubOnly(newHub: JsonRecord, oldHub: JsonRecord): JsonPatch {
    return hubOnlyPatch(this.#down, newHub, oldHub);
  }

  /** Length of the annotation that a hub object would need in the older version; 0 where it needs none. */
  carriedBytes(hub: JsonRecord): number {
    const kept = new KeptFields();
    transferObject(this.#down, hub, kept);
    if (kept.found.length === 0) return 0;
    const text = printConversionData({ format: 1, from: this.#versions.hub, fields: kept.found });
    return utf8Length(text);
  }

  #transfer(object: JsonRecord, to: string, from: string): Conversion {
    const isDown = from === this.#versions.hub;
    const kept = new KeptFields();
    const result = transferObject(isDown ? this.#down : this.#up, object, kept);
    result["apiVersion"] = to;
    const carried = carriedBy(object, to);
    unload(result, carried);
    if (carried.kind === "data") {
      restoreFields(isDown ? this.#up : this.#down, result, carried.data.fields);
    }
    load(result, from, kept.found);
    return { kind: "converted", object: result, ignoredData: carried.kind === "foreign" };
  }
}

/** Length in UTF-8; a surrogate pair is four bytes. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}
