/** Conversion of very many made objects there and back, for every kind of the registry that has several versions (CONV-8). */
import { globSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import type { JsonRecord } from "../../src/domain/json-object.ts";
import type { Kind } from "../../src/domain/kind.ts";
import { KINDS } from "../../src/domain/registry.ts";
import { convertReview } from "../../webhooks/convert-review.ts";
import { parseJson, printJson } from "../../webhooks/lossless-json.ts";
import type { Schema } from "../domain/prism-cluster/crd.ts";
import { type Model, makeObject, namesOf } from "./object-maker.ts";
import { Random } from "./random.ts";

/** A way between two versions of a kind. */
export interface Direction {
  readonly kind: Kind;
  readonly from: Model;
  /** apiVersion. */
  readonly to: string;
}

/** An object that did not survive; `seed` makes it again. */
export interface Loss {
  readonly seed: number;
  readonly object: JsonRecord;
  readonly reason: string;
}

/** Every ordered pair of versions of every kind that has several. */
export function directions(): readonly Direction[] {
  return KINDS.filter(({ versions }) => versions.length > 1).flatMap((kind) => {
    const schemas = schemasOf(kind);
    const names = namesOf([...schemas.values()]);
    return kind.versions.flatMap((version) =>
      kind.versions
        .filter((other) => other !== version)
        .map((other) => ({
          kind,
          to: `${kind.group}/${other}`,
          from: {
            apiVersion: `${kind.group}/${version}`,
            kind: kind.kind,
            schema: schemas.get(version) ?? {},
            names,
          },
        })),
    );
  });
}

/** The first of `count` objects, by seeds from `seed` on, that is not the same after the way there and back. */
export function firstLoss(way: Direction, seed: number, count: number): Loss | undefined {
  for (let at = seed; at < seed + count; at++) {
    const object = makeObject(way.from, new Random(at));
    const reason = lossOf(way, object, at % 16 === 0);
    if (reason !== undefined) return { seed: at, object, reason };
  }
  return undefined;
}

/** Why an object does not survive; undefined when it does. `asText` goes the webhook's whole way, from text to text. */
export function lossOf(
  { kind, from, to }: Direction,
  object: JsonRecord,
  asText: boolean,
): string | undefined {
  try {
    const convert = asText ? throughReview(kind) : direct(kind);
    const there = convert(object, to);
    if (there["apiVersion"] !== to) return `it says ${String(there["apiVersion"])}`;
    const back = convert(there, from.apiVersion);
    return isDeepStrictEqual(back, object) ? undefined : "it changed on the way there and back";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : "it threw";
  }
}

type Convert = (object: JsonRecord, to: string) => JsonRecord;

function direct(kind: Kind): Convert {
  return (object, to) => {
    const conversion = kind.convert(object, to);
    if (conversion.kind !== "converted") throw new Error("it was refused");
    return conversion.object;
  };
}

function throughReview(kind: Kind): Convert {
  return (object, to) => {
    const request = { uid: "u", desiredAPIVersion: to, objects: [object] };
    const review = { apiVersion: "apiextensions.k8s.io/v1", kind: "ConversionReview", request };
    const answer = parseJson(convertReview(printJson(review, true), [kind]).text) as {
      readonly response: { readonly convertedObjects?: readonly JsonRecord[] };
    };
    const [converted] = answer.response.convertedObjects ?? [];
    if (converted === undefined) throw new Error("the review failed");
    return converted;
  };
}

interface Crd {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

function schemasOf({ kind }: Kind): ReadonlyMap<string, Schema> {
  const crds = globSync("crds/*.yaml").map((file): Crd => parse(readFileSync(file, "utf8")));
  const crd = crds.find(({ spec }) => spec.names.kind === kind);
  const versions = crd?.spec.versions ?? [];
  return new Map(versions.map(({ name, schema }) => [name, schema.openAPIV3Schema]));
}
