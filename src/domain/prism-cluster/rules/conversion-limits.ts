import { CONVERSION_DATA } from "../../conversion/conversion-data.ts";
import type { Findings } from "../../findings.ts";
import type { JsonRecord } from "../../json-object.ts";
import { prismClusterConverter } from "../convert.ts";
import type { ClusterView } from "./cluster-view.ts";

/** Annotations of an object may have 256 KiB in total; half of it is for others. */
const MAX_BYTES = 128 * 1024;
/** Paths make the annotation longer than the object's text, but never this many times. */
const MAX_GROWTH = 12;

/** The conversion annotation is for v1alpha1 alone, and must fit there. `bytes` is the object's length as JSON, if known. */
export function checkConversionLimits(
  cluster: ClusterView,
  object: JsonRecord,
  bytes: number | undefined,
  findings: Findings,
): void {
  const annotation = cluster.root.at("metadata", "annotations", CONVERSION_DATA);
  if (annotation.exists()) {
    const detail = "carries what only v1alpha2 can say through v1alpha1; remove it";
    findings.forbidden(annotation.path, detail, "conversion-data");
  } else if (bytes === undefined || bytes * MAX_GROWTH > MAX_BYTES) {
    checkSize(object, findings);
  }
}

function checkSize(object: JsonRecord, findings: Findings): void {
  const bytes = prismClusterConverter.carriedBytes(object);
  if (bytes <= MAX_BYTES) return;
  const message = `Too long: what v1alpha1 cannot say may have at most ${MAX_BYTES} bytes, this has ${bytes}`;
  findings.problems.push({
    path: ["spec"],
    reason: "FieldValueTooLong",
    message,
    rule: "conversion-size",
  });
}
