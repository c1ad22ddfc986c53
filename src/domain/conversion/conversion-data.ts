import { isRecord } from "../json-object.ts";
import type { KeptField, KeptStep } from "./kept-field.ts";

/** Annotation that carries what the version at hand cannot say. It is never stored. */
export const CONVERSION_DATA = "prism.io/conversion-data";

/** A part of the metadata that was made only to hold the annotation, and what stood there when it was no object. */
export interface Made {
  readonly at: "annotations" | "metadata";
  readonly instead?: unknown;
}

/** Content of the annotation. `from` is the version whose fields these are. */
export interface ConversionData {
  readonly format: 1;
  readonly from: string;
  readonly fields: readonly KeptField[];
  readonly made?: Made;
}

declare global {
  interface JSON {
    /** ECMAScript "JSON.parse source text access"; V8 has it, TypeScript's library not yet. */
    rawJSON(text: string): object;
  }
}

/** 2^53 has 16 digits; only texts with as many can hold an integer that a double changes. */
const LONG_NUMBER = /\d{16}/;
const INTEGER = /^-?\d+$/;

/** The annotation's value. */
export function printConversionData(data: ConversionData): string {
  try {
    return JSON.stringify(data);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(data, printInteger);
  }
}

/** Reads the annotation's value; undefined for what we did not write, since anybody can edit it. */
export function readConversionData(text: unknown, from: string): ConversionData | undefined {
  if (typeof text !== "string") return undefined;
  const data = parse(text);
  if (!isRecord(data) || data["format"] !== 1 || data["from"] !== from) return undefined;
  const { fields, made } = data;
  if (!Array.isArray(fields) || !fields.every(isKeptField)) return undefined;
  if (made === undefined) return { format: 1, from, fields };
  return isMade(made) ? { format: 1, from, fields, made } : undefined;
}

function parse(text: string): unknown {
  try {
    return LONG_NUMBER.test(text) ? JSON.parse(text, keepInteger) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMade(made: unknown): made is Made {
  return isRecord(made) && (made["at"] === "annotations" || made["at"] === "metadata");
}

function isKeptField(field: unknown): field is KeptField {
  if (!Array.isArray(field) || field.length !== 2) return false;
  const path: unknown = field[0];
  return Array.isArray(path) && path.every(isStep);
}

function isStep(step: unknown): step is KeptStep {
  if (typeof step === "string" || isIndex(step)) return true;
  return isRecord(step) && (typeof step["item"] === "string" || isIndex(step["insert"]));
}

function isIndex(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function printInteger(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? JSON.rawJSON(value.toString()) : value;
}

function keepInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return INTEGER.test(source) ? BigInt(source) : value;
}
