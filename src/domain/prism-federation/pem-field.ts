import { type JsonRecord, ownValue } from "../json-object.ts";

/** The text of a field that holds PEM as base64, or why it does not; `text` is undefined where the field is absent. */
export type PemField =
  | { readonly kind: "read"; readonly text: string | undefined }
  | { readonly kind: "refused"; readonly why: string };

/** Reads a field such as `certificate-authority-data`; `label` is the end of the PEM label (RFC 7468). */
export function pemAt(record: JsonRecord, field: string, label: string): PemField {
  const value = ownValue(record, field);
  if (value === undefined || value === "") return { kind: "read", text: undefined };
  const text = typeof value === "string" ? decoded(value) : undefined;
  if (text === undefined) return { kind: "refused", why: "is no base64" };
  if (text.includes("-----BEGIN ENCRYPTED")) return { kind: "refused", why: "is encrypted" };
  const isPem = new RegExp(`-----BEGIN ([A-Z]+ )?${label}-----`).test(text);
  return isPem ? { kind: "read", text } : { kind: "refused", why: "is not in PEM" };
}

/** PEM is ASCII, so bytes are characters. */
function decoded(base64: string): string | undefined {
  try {
    return atob(base64);
  } catch {
    return undefined;
  }
}
