/**
 * The functions of CRD rules in Kubernetes 1.37: k8s.io/apiserver/pkg/cel/environment/base.go at its compatibility
 * version. What is not here (math, base64, reverse of strings, cel.bind, authorizer) the API server does not have either.
 */
import { cidrFunctions } from "./cidr.ts";
import { conversionFunctions } from "./conversions.ts";
import type { CelFunction } from "./function.ts";
import { ipFunctions } from "./ip.ts";
import { listFunctions } from "./lists.ts";
import { namedFormatFunctions } from "./named-format.ts";
import { optionalFunctions } from "./optional.ts";
import { quantityFunctions } from "./quantity.ts";
import { regexFunctions } from "./regex.ts";
import { semverFunctions } from "./semver.ts";
import { setFunctions } from "./sets.ts";
import { standardFunctions } from "./standard.ts";
import { stringFunctions } from "./strings.ts";
import { timeFunctions } from "./times.ts";
import { urlFunctions } from "./url.ts";

let table: ReadonlyMap<string, CelFunction> | undefined;
let names: ReadonlySet<string> | undefined;

/** The function of this name, style and number of arguments; undefined when there is none. */
export function findFunction(
  style: CelFunction["style"],
  name: string,
  arity: number,
): CelFunction | undefined {
  table ??= merge(allFunctions());
  return table.get(keyOf(style, name, arity));
}

/** True when a function of this name exists in any form. */
export function isFunctionName(name: string): boolean {
  names ??= new Set(allFunctions().map((one) => one.name));
  return names.has(name);
}

function allFunctions(): CelFunction[] {
  return [
    standardFunctions,
    conversionFunctions,
    timeFunctions,
    stringFunctions,
    listFunctions,
    setFunctions,
    regexFunctions,
    optionalFunctions,
    urlFunctions,
    ipFunctions,
    cidrFunctions,
    quantityFunctions,
    semverFunctions,
    namedFormatFunctions,
  ].flatMap((library) => library());
}

function merge(functions: readonly CelFunction[]): ReadonlyMap<string, CelFunction> {
  const merged = new Map<string, CelFunction>();
  for (const one of functions) {
    const key = keyOf(one.style, one.name, one.arity);
    const overloads = [...(merged.get(key)?.overloads ?? []), ...one.overloads];
    merged.set(key, { ...one, overloads });
  }
  return merged;
}

function keyOf(style: CelFunction["style"], name: string, arity: number): string {
  return `${style} ${name} ${arity}`;
}
