/** `format` of a string (kube-openapi pkg/validation/validate/formats.go). */
import { findFormat } from "../formats/format.ts";
import { goQuote } from "../go-text.ts";
import { typeInvalid } from "../problem.ts";
import type { Check } from "./run.ts";

/** The check of a string against a known format. It adds no match. */
export function compileFormatCheck(format: string): Check {
  const isValid = findFormat(format) ?? (() => true);
  return (value, run) => {
    if (typeof value === "string" && !isValid(value)) {
      run.fail((spot) => {
        const text = `${spot.name} in body must be of type ${format}: ${goQuote(value)}`;
        return { text, problem: typeInvalid(spot, value, text) };
      });
    }
    return 0;
  };
}
