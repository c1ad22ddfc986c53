/** Kubernetes quantities (apimachinery `resource.Quantity`): exact values, no rounding, no floats. */
export interface Quantity {
  /** The value is `units` divided by `scale`, which is a power of ten. */
  readonly units: bigint;
  readonly scale: bigint;
}

const PARTS = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d{1,3}))?$/;
const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

/** Reads a quantity as a resource list or a size has it, a text or an integer; undefined for anything else. */
export function readQuantity(value: unknown): Quantity | undefined {
  if (typeof value === "bigint") return { units: value, scale: 1n };
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? { units: BigInt(value), scale: 1n } : undefined;
  }
  return typeof value === "string" ? parse(value) : undefined;
}

function parse(text: string): Quantity | undefined {
  const match = PARTS.exec(text);
  const [, sign = "", whole = "", fraction = "", suffix = "", exponent] = match ?? [];
  if (match === null || whole + fraction === "") return undefined;
  const digits = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
  const binary = 1024n ** BigInt(BINARY.indexOf(suffix) + 1);
  const power = exponent === undefined ? decimalPower(suffix) : Number(exponent);
  const shift = power - fraction.length;
  if (shift >= 0) return { units: digits * binary * 10n ** BigInt(shift), scale: 1n };
  return { units: digits * binary, scale: 10n ** BigInt(-shift) };
}

function decimalPower(suffix: string): number {
  const index = DECIMAL.indexOf(suffix);
  return index < 0 ? 0 : 3 * (index - 3);
}

/** Negative where `a` is less, zero where both are equal, positive where `a` is more. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const left = a.units * b.scale;
  const right = b.units * a.scale;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Whether the value is a whole number, as an amount of bytes must be. */
export function isWhole({ units, scale }: Quantity): boolean {
  return units % scale === 0n;
}
