/**
 * Compiles a schema into the checks that kube-openapi's SchemaValidator makes, in its order and with its wording.
 * Rules in `x-kubernetes-validations` are not part of it.
 */
import { findFormat, formatOf } from "../formats/format.ts";
import type { StructuralSchema } from "../structural-schema.ts";
import { compileArrayCheck } from "./array-check.ts";
import { compileEnumCheck } from "./enum-check.ts";
import { compileFormatCheck } from "./format-check.ts";
import { isNumber } from "./json-type.ts";
import { compileJunctorCheck } from "./junctor-check.ts";
import { compileNumberCheck } from "./number-check.ts";
import { compileObjectCheck } from "./object-check.ts";
import type { Check } from "./run.ts";
import { compileStringCheck } from "./string-check.ts";
import { compileNullCheck, compileTypeCheck } from "./type-check.ts";

/** The check of one schema node and all below it. */
export function compileStructure(schema: StructuralSchema): Check {
  const types = typesOf(schema);
  const rule = { types, format: formatOf(schema, types), nullable: schema.nullable };
  const isTyped = types.length > 0 || rule.format !== "";
  const checkType = isTyped ? compileTypeCheck(rule) : undefined;
  const checkNull = compileNullCheck(rule);
  const checkEnum =
    schema.enum !== undefined && schema.enum.length > 0 ? compileEnumCheck(schema.enum) : undefined;
  const checkJunctors = compileJunctors(schema);
  const checkContent = compileContent(schema, types, rule.format);
  // One match each for the end, the junctors and the enum, and one for the type where there is one.
  const own = isTyped ? 4 : 3;
  return (value, run, old) => {
    if (value === null) {
      return checkNull(value, run, old) + (checkEnum?.(value, run, old) ?? 0);
    }
    let matches = own;
    if (checkType !== undefined) {
      matches += checkType(value, run, old);
    }
    matches += checkJunctors === undefined ? 1 : checkJunctors(value, run, old);
    matches += checkContent(value, run, old);
    if (checkEnum !== undefined) {
      checkEnum(value, run, old);
    }
    return matches;
  };
}

/** The types that a schema allows; empty for any. */
export function typesOf(schema: StructuralSchema): readonly string[] {
  if (schema.intOrString) {
    return ["integer", "string"];
  }
  return schema.type === "" ? [] : [schema.type];
}

function compileJunctors(schema: StructuralSchema): Check | undefined {
  const { anyOf, oneOf, allOf, not } = schema;
  if (anyOf.length + oneOf.length + allOf.length === 0 && not === undefined) {
    return undefined;
  }
  return compileJunctorCheck({
    anyOf: anyOf.map(compileStructure),
    oneOf: oneOf.map(compileStructure),
    allOf: allOf.map(compileStructure),
    not: not === undefined ? undefined : compileStructure(not),
  });
}

/** The checks that apply by the value's own type, whatever the schema's type is; one match for each that applies. */
function compileContent(schema: StructuralSchema, types: readonly string[], format: string): Check {
  const [onlyType = ""] = types.length === 1 ? types : [];
  const checkNumber = compileNumberCheck(schema, { type: onlyType, format });
  const checkString = compileStringCheck(schema);
  const checkFormat = findFormat(format) === undefined ? undefined : compileFormatCheck(format);
  const checkArray = compileArrayCheck(
    schema,
    schema.items === undefined ? undefined : compileStructure(schema.items),
  );
  const checkObject = compileObjectCheck(schema, {
    properties: new Map(
      [...schema.properties].map(([key, property]) => [key, compileStructure(property)]),
    ),
    other: compileOther(schema.additionalProperties),
  });
  const textMatches = checkFormat === undefined ? 1 : 2;
  return (value, run, old) => {
    if (typeof value === "string") {
      checkString?.(value, run, old);
      checkFormat?.(value, run, old);
      return textMatches;
    }
    if (isNumber(value)) {
      return 1 + checkNumber(value, run, old);
    }
    if (typeof value === "boolean") {
      return 0;
    }
    return 1 + (Array.isArray(value) ? checkArray(value, run, old) : checkObject(value, run, old));
  };
}

function compileOther(other: StructuralSchema["additionalProperties"]): Check | false | undefined {
  if (typeof other === "object") {
    return compileStructure(other);
  }
  return other === false ? false : undefined;
}
