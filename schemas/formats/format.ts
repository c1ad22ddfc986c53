/**
 * The formats that kube-apiserver 1.37 checks in CRD schemas; every other format is ignored
 * (apiextensions-apiserver pkg/apiserver/validation/formats.go, kube-openapi pkg/validation/strfmt).
 */
import type { StructuralSchema } from "../structural-schema.ts";
import { isBase64, isCreditCard, isIsbn10, isIsbn13 } from "./checked-digits.ts";
import { isDate, isDateTime } from "./date.ts";
import { isDuration } from "./duration.ts";
import { isEmail } from "./email.ts";
import { isHostname, isLongName, isShortName } from "./host-name.ts";
import { isCidr, isIpv4, isIpv6, isMac } from "./ip-address.ts";
import { isRequestUri } from "./request-uri.ts";

/** Whether a string has a format. */
export type FormatTest = (text: string) => boolean;

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID3 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID4 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const UUID5 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const OBJECT_ID = /^[0-9a-f]{24}$/i;
const SSN = /^\d{3}[- ]?\d{2}[- ]?\d{4}$/;
const HEX_COLOR = /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
const COLOR_PART = "[\\t\\n\\f\\r ]*(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])[\\t\\n\\f\\r ]*";
const RGB_COLOR = new RegExp(`^rgb\\(${COLOR_PART},${COLOR_PART},${COLOR_PART}\\)$`);

/** By name without dashes: the registry takes `date-time` and `datetime` for the same. */
const FORMATS: ReadonlyMap<string, FormatTest> = new Map<string, FormatTest>([
  ["bsonobjectid", (text) => OBJECT_ID.test(text)],
  ["uri", isRequestUri],
  ["email", isEmail],
  ["hostname", isHostname],
  ["ipv4", isIpv4],
  ["ipv6", isIpv6],
  ["cidr", isCidr],
  ["mac", isMac],
  ["uuid", (text) => UUID.test(text)],
  ["uuid3", (text) => UUID3.test(text)],
  ["uuid4", (text) => UUID4.test(text)],
  ["uuid5", (text) => UUID5.test(text)],
  ["isbn", (text) => isIsbn10(text) || isIsbn13(text)],
  ["isbn10", isIsbn10],
  ["isbn13", isIsbn13],
  ["creditcard", isCreditCard],
  ["ssn", (text) => text.length === 11 && SSN.test(text)],
  ["hexcolor", (text) => HEX_COLOR.test(text)],
  ["rgbcolor", (text) => RGB_COLOR.test(text)],
  ["byte", isBase64],
  ["password", () => true],
  ["date", isDate],
  ["duration", isDuration],
  ["datetime", isDateTime],
  ["k8sshortname", isShortName],
  ["k8slongname", isLongName],
]);

/** The format of a schema as far as the API server heeds it with these types; empty otherwise. */
export function formatOf(
  schema: Pick<StructuralSchema, "format">,
  types: readonly string[],
): string {
  const type = types.length === 1 ? types[0] : "string";
  const isHeeded =
    (type === "string" && findFormat(schema.format) !== undefined) ||
    (type === "integer" && (schema.format === "int32" || schema.format === "int64")) ||
    (type === "number" && (schema.format === "float" || schema.format === "double"));
  return isHeeded ? schema.format : "";
}

/** The test of a string format, or undefined for a name that is none. */
export function findFormat(name: string): FormatTest | undefined {
  return FORMATS.get(name.replaceAll("-", ""));
}
