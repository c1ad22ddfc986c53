/** A model as JSON for programs: two spaces, keys in the model's order, whole numbers of any size. */

/** Everything that JSON can hold, and big integers as the numbers they are; `undefined` members are left out. */
export function jsonText(value: unknown): string {
  return `${print(value, "")}\n`;
}

function print(value: unknown, indent: string): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if ("toJSON" in value && typeof value.toJSON === "function") return print(value.toJSON(), indent);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return enclose(
      "[]",
      value.map((item) => print(item, inner)),
      indent,
    );
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined && typeof member !== "function")
    .map(([key, member]) => `${JSON.stringify(key)}: ${print(member, inner)}`);
  return enclose("{}", members, indent);
}

function enclose(brackets: string, parts: readonly string[], indent: string): string {
  const [open = "", close = ""] = brackets;
  if (parts.length === 0) return brackets;
  return `${open}\n${parts.map((part) => `${indent}  ${part}`).join(",\n")}\n${indent}${close}`;
}
